package import Archive
package import ArgumentParser
internal import KubernetesObjects

/// Where the repository is and what opens it.
package struct RepositoryOptions: ParsableArguments {
    @Option(
        name: [.short, .long],
        help:
            "A folder, s3://BUCKET/PREFIX?OPTIONS or sftp://USER@HOST/FOLDER (LIFEBOAT_REPOSITORY); see docs/stores.md."
    )
    package var repository: String?

    @Option(help: "File that holds the passphrase in its first line (LIFEBOAT_PASSWORD_FILE).")
    package var passwordFile: String?

    @Option(help: "Identity file made by `lifeboat key export` (LIFEBOAT_IDENTITY).")
    package var identity: String?

    package init() {}

    /// Opens the repository with the identity file, else with the passphrase.
    package func open() throws -> Repository {
        let (store, credential) = (try store(), try credential(confirming: false))
        do throws(LifeboatError) {
            return try Repository.open(store, credential: credential, environment: Self.environment)
        } catch {
            guard error.code == .repositoryNotFound else { throw error }
            throw LifeboatError(error.code, "\(try location()): \(error.message)", remedy: error.remedy)
        }
    }

    /// Tells, once a run, that there are manifests on which nobody can rely, as what they hold is in no list, and records that say what is
    /// forgotten and cannot be read.
    ///
    /// - Returns: how many such manifests there are.
    @discardableResult
    func noteUntrusted(_ opened: Repository) throws -> Int {
        let (untrusted, unreadable) = try opened.untrusted()
        if let name = unreadable.first {
            Terminal.message("! \(name) cannot be read: snapshots that were forgotten may be listed")
        }
        guard let first = untrusted.first else { return 0 }
        let more = untrusted.count > 1 ? " and \(untrusted.count - 1) more" : ""
        // Also with --quiet: what is missing here may be what somebody looks for.
        Terminal.message(
            "! a snapshot is left out because its manifest cannot be relied on: \(first.name)\(more) (\(first.problem)); see `lifeboat check`"
        )
        return untrusted.count
    }

    /// The place that the repository is in, or is to be created in.
    package func store() throws -> any ObjectStore {
        try StoreLocation(parsing: try location()).store(Self.storeEnvironment)
    }

    /// The repository as the user wrote it.
    package func location() throws -> String {
        guard let text = repository ?? Environment.value("LIFEBOAT_REPOSITORY"), !text.isEmpty else {
            throw LifeboatError(
                .usage,
                "no repository was named",
                remedy: "give --repository FOLDER or set LIFEBOAT_REPOSITORY\(Environment.mistakenVariable)"
            )
        }
        return text
    }

    /// The identity file, the password file, or a passphrase asked for on the terminal, twice when it is a new one.
    package func credential(confirming: Bool) throws -> RepositoryCredential {
        if !confirming, let path = identity ?? Environment.value("LIFEBOAT_IDENTITY"), !path.isEmpty {
            return .identity(try Environment.read(path, what: "the identity file"))
        }
        return .passphrase(try passphrase(confirming: confirming))
    }

    package func passphrase(confirming: Bool) throws -> [UInt8] {
        if let path = passwordFile ?? Environment.value("LIFEBOAT_PASSWORD_FILE"), !path.isEmpty {
            let bytes = try Environment.read(path, what: "the password file")
            let line = bytes.prefix { $0 != 0x0A && $0 != 0x0D }
            guard !line.isEmpty else {
                throw LifeboatError(
                    .repositoryKeyMissing,
                    "the password file \(path) is empty",
                    remedy: "write the passphrase in its first line"
                )
            }
            return Array(line)
        }
        guard let first = Terminal.passphrase(confirming ? "New passphrase: " : "Passphrase: "), !first.isEmpty else {
            throw LifeboatError(
                .repositoryKeyMissing,
                "no passphrase was given",
                remedy:
                    "set LIFEBOAT_PASSWORD_FILE, give --password-file, or run it on a terminal\(Environment.mistakenVariable)"
            )
        }
        if confirming, Terminal.passphrase("The same again: ") != first {
            throw LifeboatError(.usage, "the two passphrases differ", remedy: "run the command again")
        }
        return first
    }

    static let storeEnvironment = StoreEnvironment(
        variables: Environment.all,
        readFile: { path in try? Environment.read(path, what: "the file") },
        now: { SystemClock.now() },
        pause: { SystemClock.pause(seconds: $0) },
        random: { SystemClock.random($0) }
    )

    package static let environment = ArchiveEnvironment(
        now: { SystemClock.now() },
        random: { SystemClock.random($0) },
        passphraseWorkFactor: 16
    )
}
