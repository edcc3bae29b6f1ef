import Archive
import FoundationEssentials
import KubernetesObjects
import Logging
import Policies
import Readiness
import Synchronization
import TestSupport

@testable import Drills

/// A small drill from one sandbox to another, with a repository in memory.
struct DrillSample {
    var drill: RestoreDrill
    var environment: DrillEnvironment
    let access: RepositoryAccess

    init(negativeControls: [NegativeControl] = []) {
        drill = RestoreDrill(
            name: "small",
            title: "A small cluster is lost",
            scenario: "Everything is lost.",
            source: DrillSource(cluster: .sandbox, backupFirst: true),
            target: .sandbox,
            objectives: DrillObjectives(recoveryTimeSeconds: 600, recoveryPointSeconds: 3600),
            negativeControls: negativeControls
        )
        environment = DrillEnvironment(
            variables: ProcessInfo.processInfo.environment,
            now: TestClock.wallClock,
            random: TestClock.random,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        environment.workload = Self.workload
        access = RepositoryAccess(
            store: MemoryStore(),
            credential: .passphrase(Array("a passphrase".utf8)),
            environment: TestRepository.environment
        )
    }

    /// Runs the drill; `checks` are those of the folder policies/readiness when nil.
    func run(checks: [ReadinessCheck] = []) async throws -> DrillReport {
        let repository = try Repository.create(
            in: access.store,
            passphrase: Array("a passphrase".utf8),
            environment: TestRepository.environment
        )
        let run = DrillRun(
            drill: drill,
            repository: repository,
            sourceClient: nil,
            checklist: try ReadinessChecklist(checks: checks, catalogue: ComponentCatalogue()),
            environment: environment,
            access: access
        )
        let report = try await run.run()
        let check = try repository.check(.data)
        guard check.problems.isEmpty else {
            throw LifeboatError(.repositoryDamaged, "the archive is damaged: \(check)")
        }
        return report
    }

    static let workload: [JSONValue] = [
        ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "shop"]],
        [
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "settings", "namespace": "shop"],
            "data": ["mode": "fast", "currency": "€"],
        ],
        [
            "apiVersion": "v1", "kind": "Secret", "metadata": ["name": "password", "namespace": "shop"],
            "data": ["value": "c2VjcmV0IHdvcmQ="],
        ],
        [
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "web", "namespace": "shop"],
            "spec": [
                "replicas": 2, "selector": ["matchLabels": ["app": "web"]],
                "template": [
                    "metadata": ["labels": ["app": "web"]],
                    "spec": [
                        "containers": [
                            [
                                "name": "web", "image": "registry.example/web:1",
                                "envFrom": [["configMapRef": ["name": "settings"]]],
                            ]
                        ]
                    ],
                ],
            ],
        ],
    ]
}
