package import KubernetesObjects

/// A rehearsed disaster: what is restored, where, and what must hold afterwards: `kind: RestoreDrill`.
package struct RestoreDrill: Equatable, Sendable {
    package var name: String
    package var title: String
    package var description: String
    /// The disaster in one sentence, as the report states it.
    package var scenario: String
    package var source: DrillSource
    package var target: DrillTarget
    package var objectives: DrillObjectives
    /// How the snapshot is restored; the whole of it by default.
    package var restore: RestorePolicy
    /// What is broken in the rebuilt cluster before `restore` runs; empty restores into an empty cluster.
    package var damage: [DrillDamage]
    package var checks: DrillChecks
    package var negativeControls: [NegativeControl]
    /// What this drill leaves untested, as the report states it.
    package var notTested: [String]
    package var schedule: Schedule?
    /// The whole drill is stopped and fails after this time.
    package var timeoutSeconds: Int64
    /// Leaves the target running for a look at it.
    package var keepsTarget: Bool
    /// Lets the drill restore volumes of the source's disks into a cluster that could reach them.
    package var allowsRealVolumes = false
    package var operatorName: String?
    package var participants: [String]
    package var compliance: [ComplianceReference]
    package var location: SourceLocation

    package init(
        name: String,
        title: String = "",
        description: String = "",
        scenario: String = "",
        source: DrillSource = DrillSource(),
        target: DrillTarget = .sandbox,
        objectives: DrillObjectives = DrillObjectives(),
        restore: RestorePolicy? = nil,
        damage: [DrillDamage] = [],
        checks: DrillChecks = DrillChecks(),
        negativeControls: [NegativeControl] = [],
        notTested: [String] = [],
        schedule: Schedule? = nil,
        timeoutSeconds: Int64 = 3600,
        keepsTarget: Bool = false,
        operatorName: String? = nil,
        participants: [String] = [],
        compliance: [ComplianceReference] = [],
        location: SourceLocation = .code
    ) {
        self.name = name
        self.title = title.isEmpty ? name : title
        self.description = description
        self.scenario = scenario
        self.source = source
        self.target = target
        self.objectives = objectives
        self.restore = restore ?? RestorePolicy(name: name, readiness: ReadinessWait(isWanted: true))
        self.damage = damage
        self.checks = checks
        self.negativeControls = negativeControls
        self.notTested = notTested
        self.schedule = schedule
        self.timeoutSeconds = timeoutSeconds
        self.keepsTarget = keepsTarget
        self.operatorName = operatorName
        self.participants = participants
        self.compliance = compliance
        self.location = location
    }
}

/// Which snapshot a drill restores, and of which cluster.
package struct DrillSource: Equatable, Sendable {
    package enum Cluster: Equatable, Sendable {
        /// The cluster of the kubeconfig's current context.
        case current
        case context(String)
        /// An embedded API server that the drill starts and loads with `workload`.
        case sandbox
    }

    package var cluster: Cluster
    /// `latest`, or the first characters of a snapshot's id.
    package var snapshot: String
    /// Takes a backup with a new freshness nonce before the drill, and restores that.
    package var backupFirst: Bool
    /// The BackupPolicy of the backup; nil takes everything.
    package var policy: String?
    /// A folder of manifests, relative to the drill's file, that a sandbox source is loaded with; nil takes the built-in
    /// production-like workload.
    package var workload: String?

    package init(
        cluster: Cluster = .current,
        snapshot: String = "latest",
        backupFirst: Bool = false,
        policy: String? = nil,
        workload: String? = nil
    ) {
        self.cluster = cluster
        self.snapshot = snapshot
        self.backupFirst = backupFirst
        self.policy = policy
        self.workload = workload
    }
}

/// The recovery objectives that a drill is measured against; nil is measured but not judged.
package struct DrillObjectives: Equatable, Sendable {
    package var recoveryTimeSeconds: Int64?
    package var recoveryPointSeconds: Int64?

    package init(recoveryTimeSeconds: Int64? = nil, recoveryPointSeconds: Int64? = nil) {
        self.recoveryTimeSeconds = recoveryTimeSeconds
        self.recoveryPointSeconds = recoveryPointSeconds
    }
}

/// What a drill breaks in the cluster that it rebuilt first.
package enum DrillDamage: Hashable, Sendable {
    case deleteNamespace(String)
    /// An object in kubectl's `plural.group` form; the namespace is nil for a cluster-scoped one.
    case deleteObject(resource: GroupResource, namespace: String?, name: String)
}

/// Which readiness checks a drill runs, and which must pass whatever their severity is.
package struct DrillChecks: Equatable, Sendable {
    /// Patterns of ids; empty runs all.
    package var include: [NamePattern]
    package var exclude: [NamePattern]
    /// Patterns of ids whose failure fails the drill.
    package var require: [NamePattern]
    /// Whether registries, routes and the issuer are asked as well; these may be those of production.
    package var probes: Bool

    package init(
        include: [NamePattern] = [],
        exclude: [NamePattern] = [],
        require: [NamePattern] = [],
        probes: Bool = false
    ) {
        self.probes = probes
        self.include = include
        self.exclude = exclude
        self.require = require
    }

    package func runs(_ id: String) -> Bool {
        requires(id) || (!exclude.matches(id) && (include.isEmpty || include.matches(id)))
    }
    package func requires(_ id: String) -> Bool { require.matches(id) }
}

/// A fault that a drill makes on purpose and that its checks must find: a drill that cannot fail proves nothing.
package enum NegativeControl: String, CaseIterable, Sendable {
    /// An object is removed from the rebuilt cluster; the comparison must name it.
    case missingObject = "missing-object"
    /// A field of an object is changed in the rebuilt cluster; the comparison must name it.
    case changedObject = "changed-object"
    /// The freshness nonce of another run is expected; the check must fail.
    case staleNonce = "stale-nonce"
    /// A byte of the archive is changed in a copy; reading it must fail.
    case corruptArchive = "corrupt-archive"
    /// The repository is opened with another key; it must be refused.
    case wrongKey = "wrong-key"
}

/// A control of a standard that a drill is evidence for, such as SOC2 A1.3.
package struct ComplianceReference: Hashable, Sendable {
    package let framework: String
    package let control: String

    package init(framework: String, control: String) {
        self.framework = framework
        self.control = control
    }
}
