import KubernetesObjects
import Testing

@Suite("What another API server writes in another way")
struct VersionDifferenceTests {
    private func reason(_ old: String, _ new: String, at path: String, kind: GroupKind, isOlder: Bool = false) throws
        -> String?
    {
        var context = SkipContext()
        context.isClusterOlder = isOlder
        return VersionDifference.reason(
            at: path,
            of: kind,
            old: try JSONValue(parsing: old),
            new: try JSONValue(parsing: new),
            context
        )
    }

    private let policy = GroupKind(group: "networking.k8s.io", kind: "NetworkPolicy")
    private let custom = GroupKind(group: "shop.example", kind: "Promotion")

    @Test func `the same number in another notation is explained`() throws {
        #expect(try reason(#"{"a":1.50}"#, #"{"a":1.5}"#, at: "/a", kind: custom) != nil)
        #expect(try reason(#"{"a":1.50}"#, #"{"a":1.51}"#, at: "/a", kind: custom) == nil)
    }

    @Test func `an empty list that is left out is explained for built-in kinds only`() throws {
        #expect(try reason(#"{"spec":{"egress":[]}}"#, #"{"spec":{}}"#, at: "/spec/egress", kind: policy) != nil)
        #expect(try reason(#"{"spec":{"egress":[]}}"#, #"{"spec":{}}"#, at: "/spec/egress", kind: custom) == nil)
    }

    @Test func `an empty rule in a list is no empty field: it allows everything`() throws {
        let (none, one) = (#"{"spec":{"ingress":[]}}"#, #"{"spec":{"ingress":[{}]}}"#)
        #expect(try reason(none, one, at: "/spec/ingress/0", kind: policy) == nil)
    }

    @Test func `an empty structure is no empty map: it selects everything`() throws {
        let (all, none) = (#"{"spec":{"podSelector":{}}}"#, #"{"spec":{}}"#)
        #expect(try reason(all, none, at: "/spec/podSelector", kind: policy) == nil)
    }

    @Test func `a field that is gone is explained when the cluster is older, and never for data or custom resources`()
        throws
    {
        let service = GroupKind(group: "", kind: "Service")
        let (with, without) = (#"{"spec":{"trafficDistribution":"PreferClose"}}"#, #"{"spec":{}}"#)
        let path = "/spec/trafficDistribution"
        #expect(try reason(with, without, at: path, kind: service, isOlder: true) == VersionDifference.dropped)
        #expect(try reason(with, without, at: path, kind: service) == nil)
        #expect(try reason(with, without, at: path, kind: custom, isOlder: true) == nil)
        let map = GroupKind(group: "", kind: "ConfigMap")
        #expect(try reason(#"{"data":{"a":"b"}}"#, #"{"data":{}}"#, at: "/data/a", kind: map, isOlder: true) == nil)
    }

    @Test(arguments: [
        ("v1.20.2", "v1.32.0", true), ("v1.32.0", "v1.32.9", false), ("v1.33.1+k3s1", "1.32", false),
        ("unknown", "v1.20.0", false), ("v1.9.0", "v1.10.0", true),
    ])
    func `releases are compared by their numbers`(cluster: String, snapshot: String, isOlder: Bool) {
        #expect(KubernetesRelease.isOlder(cluster, than: snapshot) == isOlder)
    }
}
