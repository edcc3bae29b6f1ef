/// What a backup takes, when, and how long its snapshots are kept: `kind: BackupPolicy`.
package struct BackupPolicy: Equatable, Sendable {
    package var name: String
    /// The kubeconfig context to back up; nil takes the current one.
    package var context: String?
    package var selection: ObjectSelection
    /// nil when the policy only runs by hand.
    package var schedule: Schedule?
    package var retention: RetentionPolicy?
    /// The ConfigMap that a backup writes its nonce to, so that a drill can prove which run it restored; nil writes nothing.
    package var freshnessMarker: FreshnessMarker?
    /// Whether the metadata of objects that the last snapshot has may come from the API server's watch cache, which costs it less than
    /// half: what was created or changed in the moment before a backup may then come into the next snapshot only.
    package var allowsCachedLists: Bool
    package var location: SourceLocation

    package init(
        name: String,
        context: String? = nil,
        selection: ObjectSelection = .everything,
        schedule: Schedule? = nil,
        retention: RetentionPolicy? = nil,
        freshnessMarker: FreshnessMarker? = nil,
        allowsCachedLists: Bool = false,
        location: SourceLocation = .code
    ) {
        self.name = name
        self.context = context
        self.selection = selection
        self.schedule = schedule
        self.retention = retention
        self.freshnessMarker = freshnessMarker
        self.allowsCachedLists = allowsCachedLists
        self.location = location
    }
}

/// The ConfigMap that holds the nonce of the last backup.
package struct FreshnessMarker: Hashable, Sendable {
    package let namespace: String
    package let name: String

    package init(namespace: String, name: String) {
        self.namespace = namespace
        self.name = name
    }
}
