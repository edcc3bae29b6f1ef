import KubernetesObjects
import Testing

@testable import Backup

@Suite struct `A snapshot beside the cluster that runs` {
    private func paths(_ old: String, _ new: String) throws -> [LiveDifference.ChangedPath] {
        let (before, after) = (try JSONValue(parsing: old), try JSONValue(parsing: new))
        let key = ObjectKey(try #require(ObjectIdentity(of: before)))
        return LiveDifference.paths(old: before, new: after, key, SkipContext())
    }

    @Test func `what the API server owns is no difference`() throws {
        let found = try paths(
            #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","uid":"1","managedFields":[{}],"ownerReferences":[{"kind":"X","uid":"1"}]},"data":{"k":"v"}}"#,
            #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","uid":"2","labels":{},"ownerReferences":[{"kind":"X","uid":"2"}]},"data":{"k":"v"},"status":{}}"#
        )
        #expect(found.isEmpty)
    }

    @Test func `a changed value is named by its path and not explained`() throws {
        let found = try paths(
            #"{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"},"data":{"k":"YQ=="}}"#,
            #"{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"},"data":{"k":"Yg=="}}"#
        )
        #expect(found == [.init(path: "/data/k", explanation: nil)])
    }

    @Test(arguments: [
        (#""spec":{"clusterIP":"10.0.0.1"}"#, #""spec":{"clusterIP":"10.0.0.2"}"#),
        (#""spec":{"ports":[{"nodePort":30001}]}"#, #""spec":{"ports":[{"nodePort":30002}]}"#),
    ])
    func `C51, C54: addresses and ports of Services are explained`(old: String, new: String) throws {
        let head = #"{"apiVersion":"v1","kind":"Service","metadata":{"name":"a","namespace":"b"},"#
        let found = try paths(head + old + "}", head + new + "}")
        #expect(found.count == 1)
        #expect(found.allSatisfy { $0.explanation != nil })
    }

    @Test func `C94: the rules of an aggregated role are explained, those of another are not`() throws {
        func role(_ rules: String, _ aggregation: String) -> String {
            #"{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"a"},\#(aggregation)"rules":\#(rules)}"#
        }
        let aggregated = try paths(role("[]", #""aggregationRule":{},"#), role("[{}]", #""aggregationRule":{},"#))
        #expect(aggregated.allSatisfy { $0.explanation != nil } && !aggregated.isEmpty)
        let plain = try paths(role("[]", ""), role("[{}]", ""))
        #expect(plain.allSatisfy { $0.explanation == nil } && !plain.isEmpty)
    }

    @Test func `C62: the root certificate of another cluster is explained`() throws {
        func map(_ value: String) -> String {
            #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"kube-root-ca.crt","namespace":"shop"},"data":{"ca.crt":"\#(value)"}}"#
        }
        #expect(try paths(map("a"), map("b")).allSatisfy { $0.explanation != nil })
    }

    @Test func `the result counts what nothing explains`() throws {
        var difference = LiveDifference()
        let identity = ObjectIdentity(
            groupVersionKind: GroupVersionKind(apiVersion: "v1", kind: "Pod"),
            namespace: "shop",
            name: "web-1"
        )
        difference.added = [.init(identity: identity, explanation: "its controller makes it again")]
        #expect(difference.isExplained)
        difference.removed = [.init(identity: identity, explanation: nil)]
        difference.changed = [.init(identity: identity, paths: [.init(path: "/data/k", explanation: nil)])]
        #expect(difference.unexplained == 2)
        let json = difference.json
        #expect(json["unexplained"] == 2)
        #expect(json["changed"]?.array?.first?["paths"] == ["/data/k"])
    }
}
