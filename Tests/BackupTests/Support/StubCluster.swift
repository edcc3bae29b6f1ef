import Archive
import Backup
import KubernetesAPI
import Logging
import Policies
import TestSupport

/// The answers of a cluster of two resources, ConfigMaps and namespaces, that do not depend on the test.
enum StubCluster {
    /// nil for what the test answers itself.
    static func answer(_ request: StubRequest) -> StubAnswer? {
        switch request.path {
        case "/version": .json(#"{"major":"1","minor":"30","gitVersion":"v1.30.0"}"#)
        case "/api": .json(#"{"kind":"APIVersions","versions":["v1"]}"#)
        case "/apis": .json(#"{"kind":"APIGroupList","groups":[]}"#)
        case "/api/v1":
            .json(
                #"""
                {"kind":"APIResourceList","groupVersion":"v1","resources":[
                {"name":"configmaps","kind":"ConfigMap","namespaced":true,"verbs":["get","list","create"]},
                {"name":"namespaces","kind":"Namespace","namespaced":false,"verbs":["get","list","create"]}]}
                """#
            )
        case "/api/v1/namespaces/kube-system": .json(namespace)
        case "/api/v1/namespaces": list([namespace])
        default: nil
        }
    }

    private static let namespace =
        #"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"kube-system","uid":"u-0","resourceVersion":"1"}}"#

    static func configMap(_ name: String, _ version: String) -> String {
        #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"\#(name)","namespace":"kube-system","#
            + #""uid":"u-\#(name)","resourceVersion":"\#(version)"},"data":{"version":"\#(version)"}}"#
    }

    static func list(_ items: [String], continueToken: String = "") -> StubAnswer {
        .json(
            #"{"apiVersion":"v1","kind":"List","metadata":{"resourceVersion":"1000","continue":"\#(continueToken)"},"items":["#
                + items.joined(separator: ",") + "]}"
        )
    }
}

extension BackupRun {
    static func ofStub(_ client: ClusterClient, _ repository: Repository, _ policy: BackupPolicy) -> BackupRun {
        BackupRun(
            client: client,
            repository: repository,
            policy: policy,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            now: TestClock.wallClock,
            random: TestClock.random
        )
    }
}
