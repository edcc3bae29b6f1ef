package import KubernetesObjects

/// A committed snapshot: the state of one cluster at one moment.
package struct Snapshot: Hashable, Sendable {
    /// The SHA-256 of the manifest, 64 hexadecimal digits.
    package let id: String
    package let takenAt: Timestamp
    /// How many objects it holds.
    package let objects: Int
    /// The place in the chain of its writer, from 1.
    package let sequence: UInt64
    package let writer: WriterID
    package let domain: DomainID
    /// Equal for snapshots of one cluster, within a domain.
    package let clusterTag: UInt64
    /// Equal for snapshots of one policy, within a domain.
    package let policyTag: UInt64
    /// Whose cluster it is; nil when this credential may not read contents.
    package let cluster: ClusterDescription?
    /// The policy that it was taken by; nil when there was none or when this credential may not read contents.
    package let policy: String?
    /// The name of the manifest in the store.
    package let name: String
    /// The id of the tree. Equal roots are equal snapshots.
    package let root: BlobID

    /// The policy of snapshots that restores take of what they will change; no document can have this name.
    package static let beforeRestorePolicy = "lifeboat/before-restore"

    /// Whether it holds only what a restore was about to change; `latest` never means such a snapshot.
    package var isBeforeRestore: Bool { policy == Self.beforeRestorePolicy }

    /// The id as bytes, as records of maintainers name it.
    var digest: [UInt8] { Hexadecimal.decode(id) ?? [] }
    package var clusterUID: String? { cluster?.uid }
    package var clusterName: String? { cluster?.name }
    /// The first eight digits of the id, as lists show it.
    package var shortID: String { String(id.prefix(8)) }

    package static func == (left: Snapshot, right: Snapshot) -> Bool { left.id == right.id }
    package func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

/// The cluster of a snapshot.
package struct ClusterDescription: Hashable, Sendable {
    /// The uid of the namespace kube-system, which no two clusters share.
    package let uid: String
    /// What the user calls it, such as the name of the kubeconfig context.
    package let name: String
    /// The version of Kubernetes, such as `v1.32.0`.
    package let version: String
    package let server: String

    package init(uid: String, name: String, version: String, server: String) {
        self.uid = uid
        self.name = name
        self.version = version
        self.server = server
    }
}

/// What a backup says before it begins.
package struct SnapshotRequest: Sendable {
    package let cluster: ClusterDescription
    package let policy: String?
    /// The snapshot to which this one is compared; nil for the newest of this cluster.
    package let parent: Snapshot?
    package let labels: [String: String]
    /// The version of the program that takes the snapshot.
    package let toolVersion: String
    /// What the backup was told to take, as its module writes it; nil when nobody may conclude from an object's absence that it did
    /// not exist.
    package let selection: JSONValue?

    package init(
        cluster: ClusterDescription,
        policy: String? = nil,
        parent: Snapshot? = nil,
        labels: [String: String] = [:],
        toolVersion: String = "",
        selection: JSONValue? = nil
    ) {
        self.cluster = cluster
        self.policy = policy
        self.parent = parent
        self.labels = labels
        self.toolVersion = toolVersion
        self.selection = selection
    }
}

/// A resource, or one namespace of it, that could not be read or was left out on purpose.
package struct LeftOutResource: Hashable, Sendable {
    /// `deployments.apps`
    package let resource: String
    package let namespace: String?
    package let reason: String

    package init(resource: String, namespace: String?, reason: String) {
        self.resource = resource
        self.namespace = namespace
        self.reason = reason
    }
}

/// What a backup says when it is done.
package struct SnapshotSummary: Sendable {
    package let takenAt: Timestamp
    /// What could not be read.
    package let incomplete: [LeftOutResource]
    /// What was left out on purpose.
    package let excluded: [LeftOutResource]
    /// The resourceVersion of the list of each resource, by `deployments.apps`.
    package let resourceVersions: [String: String]
    /// The value that a drill looks for to prove which snapshot was restored.
    package let freshnessNonce: String?
    package let warnings: [String]

    package init(
        takenAt: Timestamp,
        incomplete: [LeftOutResource] = [],
        excluded: [LeftOutResource] = [],
        resourceVersions: [String: String] = [:],
        freshnessNonce: String? = nil,
        warnings: [String] = []
    ) {
        self.takenAt = takenAt
        self.incomplete = incomplete
        self.excluded = excluded
        self.resourceVersions = resourceVersions
        self.freshnessNonce = freshnessNonce
        self.warnings = warnings
    }
}

/// What a commit did.
package struct CommitResult: Sendable {
    package let snapshot: Snapshot
    package let objects: Int
    /// Objects that are new, or whose bytes differ from the parent's.
    package let objectsChanged: Int
    /// Objects of the parent that are not in this snapshot.
    package let objectsRemoved: Int
    /// Bytes that the repository grew by.
    package let bytesAdded: Int
}
