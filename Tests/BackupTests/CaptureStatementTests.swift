import Archive
import Backup
import KubernetesAPI
import KubernetesObjects
import Policies
import Synchronization
import TestSupport
import Testing

/// Numbered statements of docs/correctness.md about what a backup takes.
@Suite struct `Statements about a backup` {
    private static func object(_ kind: String, _ name: String, _ namespace: String?, deleted: Bool) -> String {
        let place = namespace.map { #""namespace":"\#($0)","# } ?? ""
        let deletion = deleted ? #","deletionTimestamp":"2026-01-01T00:00:00Z""# : ""
        return
            #"{"apiVersion":"v1","kind":"\#(kind)","metadata":{"name":"\#(name)",\#(place)"uid":"u-\#(name)","resourceVersion":"7"\#(deletion)}}"#
    }

    private static func backUp(_ change: (inout BackupPolicy) -> Void = { _ in }) async throws -> [String] {
        var policy = BackupPolicy(name: "test")
        change(&policy)
        let chosen = policy
        let taken = Mutex<[String]>([])
        try await StubServer.with { request in
            switch request.path {
            case "/api/v1/namespaces":
                StubCluster.list([
                    object("Namespace", "kube-system", nil, deleted: false),
                    object("Namespace", "shop", nil, deleted: false),
                    object("Namespace", "leaving", nil, deleted: true),
                ])
            case "/api/v1/configmaps":
                StubCluster.list([
                    object("ConfigMap", "there", "shop", deleted: false),
                    object("ConfigMap", "going", "shop", deleted: true),
                    object("ConfigMap", "within", "leaving", deleted: false),
                ])
            default: StubCluster.answer(request) ?? .json("{}")
            }
        } _: { client, _ in
            let test = try TestRepository()
            do {
                let result = try await BackupRun.ofStub(client, test.repository, chosen).run()
                #expect(result.isComplete)
                let reader = try test.repository.reader(result.snapshot)
                // C45
                #expect(reader.details.resourceVersions["configmaps"] == "1000")
                #expect(try test.repository.check(.data).ok)
                let names = try reader.entries().map { "\($0.identity)" }
                taken.withLock { $0 = names }
            } catch let error as LifeboatError where error.code == .backupEmpty {
                #expect(try test.repository.snapshots().isEmpty)
                taken.withLock { $0 = [error.code.rawValue] }
            }
        }
        return taken.withLock { $0 }
    }

    @Test func `C6, C7, C45: what is being deleted is not taken, nor what is in a namespace that is being deleted`()
        async throws
    {
        let taken = try await Self.backUp()
        #expect(taken.sorted() == ["ConfigMap shop/there", "Namespace kube-system", "Namespace shop"])
    }

    @Test func `C148: a selection of nothing fails and commits nothing`() async throws {
        let taken = try await Self.backUp { $0.selection.includedNamespaces = ["nothing-*"] }
        #expect(taken == ["backup.empty"])
    }
}
