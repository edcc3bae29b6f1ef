/// All policy documents of a folder.
package struct PolicySet: Equatable, Sendable {
    package var backups: [BackupPolicy] = []
    package var restores: [RestorePolicy] = []
    package var drills: [RestoreDrill] = []
    package var checks: [ReadinessCheck] = []
    package var readiness: [ReadinessPolicy] = []

    package init(
        backups: [BackupPolicy] = [],
        restores: [RestorePolicy] = [],
        drills: [RestoreDrill] = [],
        checks: [ReadinessCheck] = [],
        readiness: [ReadinessPolicy] = []
    ) {
        self.backups = backups
        self.restores = restores
        self.drills = drills
        self.checks = checks
        self.readiness = readiness
    }

    package func backup(named name: String) -> BackupPolicy? { backups.first { $0.name == name } }
    package func restore(named name: String) -> RestorePolicy? { restores.first { $0.name == name } }
    package func drill(named name: String) -> RestoreDrill? { drills.first { $0.name == name } }
    package func check(_ id: String) -> ReadinessCheck? { checks.first { $0.id == id } }
}
