internal import Archive
internal import Drills
internal import KubernetesAPI
internal import KubernetesObjects
internal import Logging
internal import Policies

/// What a drill of the command line and one of the daemon are given alike.
enum DrillSetup {
    static func environment(_ logger: Logger) -> DrillEnvironment {
        var environment = DrillEnvironment(
            variables: Environment.all,
            now: { SystemClock.now() },
            random: { SystemClock.random($0) },
            logger: logger
        )
        environment.toolVersion = LifeboatCommand.version
        return environment
    }

    /// How the repository of a drill is opened, and whether it is one that lives as long as the drill.
    struct Access {
        let access: RepositoryAccess
        let isNew: Bool
    }

    /// The repository that was named; for a drill with a sandbox source and none named, one in memory with a passphrase of its own, so that
    /// a rehearsal with demo objects never writes into the backups of a real cluster.
    static func access(_ drill: RestoreDrill, _ options: RepositoryOptions) throws -> Access {
        if drill.source.cluster == .sandbox, drill.source.backupFirst, options.repository == nil {
            return memoryAccess()
        }
        return try access(options)
    }

    /// A repository in memory.
    static func memoryAccess() -> Access {
        let environment = ArchiveEnvironment(
            now: { SystemClock.now() },
            random: { SystemClock.random($0) },
            // The passphrase is 32 random bytes, which no work factor has to protect.
            passphraseWorkFactor: 4
        )
        let credential = RepositoryCredential.passphrase(SystemClock.random(32))
        let access = RepositoryAccess(store: MemoryStore(), credential: credential, environment: environment)
        return Access(access: access, isNew: true)
    }

    /// The repository that was named.
    static func access(_ options: RepositoryOptions) throws -> Access {
        let access = RepositoryAccess(
            store: try options.store(),
            credential: try options.credential(confirming: false),
            environment: RepositoryOptions.environment
        )
        return Access(access: access, isNew: false)
    }

    static func open(_ access: Access) throws -> Repository {
        let (store, credential) = (access.access.store, access.access.credential)
        guard access.isNew, case .passphrase(let passphrase) = credential else {
            return try Repository.open(store, credential: credential, environment: access.access.environment)
        }
        return try Repository.create(in: store, passphrase: passphrase, environment: access.access.environment)
    }

    /// A client of the cluster that the drill's snapshots come from; nil when it is not needed or cannot be named, which is a
    /// disaster and no reason not to rehearse one.
    static func sourceClient(_ drill: RestoreDrill, _ options: ClusterOptions, _ output: OutputOptions) throws
        -> ClusterClient?
    {
        var selected = options
        switch drill.source.cluster {
        case .sandbox: return nil
        case .current: break
        case .context(let name): selected.context = options.context ?? name
        }
        do {
            return try selected.connect(output)
        } catch {
            guard !drill.source.backupFirst else { throw error }
            return nil
        }
    }

    /// The backup policy that the drill names, from the policies folder.
    static func backupPolicy(of drill: RestoreDrill, in folder: String) throws(LifeboatError) -> BackupPolicy? {
        guard let name = drill.source.policy else { return nil }
        let set: PolicySet
        do throws(PolicyErrors) {
            set = try PolicySet.load(folder: folder)
        } catch {
            throw error.lifeboatError
        }
        guard let policy = set.backup(named: name) else {
            throw LifeboatError(
                .policyInvalid,
                "\(drill.location): the drill \(drill.name) names the backup policy “\(name)”, which is not in \(folder)",
                remedy: "use one of \(set.backups.map(\.name).sorted().joined(separator: ", "))"
            )
        }
        return policy
    }
}

extension DrillDefinition {
    /// The same drill on another target.
    func with(target text: String) throws(LifeboatError) -> DrillDefinition {
        var changed = drill
        if text == "command" {
            guard case .command = drill.target else {
                throw LifeboatError(
                    .usage,
                    "the drill \(drill.name) defines no command that makes a cluster",
                    remedy: "write target.command in the drill"
                )
            }
        } else {
            changed.target = try DrillTarget(parsing: text)
        }
        return DrillDefinition(drill: changed, sha256: sha256, workload: workload)
    }
}
