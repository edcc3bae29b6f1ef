internal import KubernetesObjects
internal import Synchronization

/// The word of a backup that takes long that it goes on, in `x/<session>-<until, seconds since 1970>`.
///
/// Packs that no manifest names are spared for a day; those of a session with such a word are spared until then. Only how soon garbage goes
/// depends on it: what a snapshot needs is decided without clocks. Nobody but a collection deletes one, as a writer may not.
struct SessionIntent: Hashable {
    static let prefix = "x/"
    /// A backup that takes less writes none.
    static let firstAfterSeconds: Int64 = 6 * 3600
    static let lifetimeSeconds: Int64 = 36 * 3600
    /// Another one is written when less than this is left.
    static let renewalSeconds: Int64 = 12 * 3600
    /// One that reaches farther is of a clock that is wrong, or of somebody who wants to keep garbage.
    private static let longestSeconds: Int64 = 72 * 3600

    let session: SessionID
    let until: Timestamp

    init(_ session: SessionID, until: Timestamp) {
        self.session = session
        self.until = until
    }

    /// Nil for other names, which are of later versions.
    init?(name: String) {
        guard name.hasPrefix(Self.prefix) else { return nil }
        let parts = name.dropFirst(Self.prefix.count).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let session = SessionID(hex: parts[0]), let until = Int64(parts[1]) else { return nil }
        self.init(session, until: Timestamp(secondsSince1970: until))
        guard self.name == name else { return nil }
    }

    var name: String { "\(Self.prefix)\(session)-\(until.secondsSince1970)" }

    func isValid(at now: Timestamp) -> Bool {
        until >= now && until - now <= Self.longestSeconds
    }
}

extension Repository {
    /// The sessions that say that they go on, and the words that say nothing any more.
    func sessionIntents() throws(LifeboatError) -> (running: Set<SessionID>, expired: [String]) {
        let now = environment.now()
        var (running, expired): (Set<SessionID>, [String]) = ([], [])
        for object in try store.list(SessionIntent.prefix) {
            guard let intent = SessionIntent(name: object.name) else { continue }
            if intent.isValid(at: now) { running.insert(intent.session) } else { expired.append(object.name) }
        }
        return (running, expired)
    }
}

extension SnapshotWriter {
    /// Says that this session goes on, when it takes so long that its packs would soon be taken for garbage.
    package func announceLongSession() {
        let now = repository.environment.now()
        guard now - begunAt >= SessionIntent.firstAfterSeconds else { return }
        let until = now.adding(seconds: SessionIntent.lifetimeSeconds)
        let isDue = state.withLock { state in
            if let last = state.announcedUntil, last - now >= SessionIntent.renewalSeconds { return false }
            state.announcedUntil = until
            return true
        }
        guard isDue else { return }
        // Without it the backup may have to begin again, and no more.
        let name = SessionIntent(session.id, until: until).name
        do throws(LifeboatError) { _ = try repository.store.put(name, Array("LifeboatX".utf8) + [1]) } catch {
            state.withLock { $0.announcedUntil = nil }
        }
    }
}
