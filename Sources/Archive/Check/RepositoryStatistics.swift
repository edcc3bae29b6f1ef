/// Sizes of a repository.
package struct RepositoryStatistics: Sendable {
    package let repositoryBytes: Int
    package let snapshots: Int
    package let blobs: Int
    /// The bytes of all objects of all snapshots, as they would be without deduplication and compression.
    package let logicalBytes: Int
    /// What is stored of each type of blob, in the order of its size.
    package let types: [TypeSize]

    /// The clusters and volumes, the largest first; empty when the credential does not read their names.
    package let clusters: [ClusterSize]
    /// The days on which snapshots were taken, the newest first.
    package let days: [DaySize]

    /// The snapshots of one cluster or volume.
    package struct ClusterSize: Sendable {
        package let name: String
        package let uid: String
        package let snapshots: Int
        /// The packs that were stored for its snapshots.
        package let addedBytes: Int
        /// What its newest snapshot has, the largest first.
        package let kinds: [KindSize]
    }

    /// The objects of one kind in one snapshot.
    package struct KindSize: Sendable {
        /// `Kind.group`
        package let kind: String
        package var objects = 0
        package var rawBytes = 0
        /// Sealed, as they stand in packs.
        package var storedBytes = 0
    }

    /// What was stored on one day.
    package struct DaySize: Sendable {
        /// `2026-11-28`, in UTC.
        package let day: String
        package let snapshots: Int
        package let addedBytes: Int
    }

    /// The blobs of one type.
    package struct TypeSize: Sendable {
        /// `document`, `names`, `structure` and so on.
        package let type: String
        package let blobs: Int
        /// Sealed, as they stand in packs.
        package let storedBytes: Int
        package let rawBytes: Int
    }

    /// `logicalBytes` over `repositoryBytes`; 0 for an empty repository.
    package var dedupRatio: Double { repositoryBytes == 0 ? 0 : Double(logicalBytes) / Double(repositoryBytes) }
}
