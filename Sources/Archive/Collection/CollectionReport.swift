package import KubernetesObjects

/// What a collection did, or would do.
package struct CollectionReport: Equatable, Sendable {
    /// Snapshots whose contents are kept.
    package var snapshots = 0
    /// Manifests of forgotten snapshots, and of backups that came too late, which were deleted.
    package var manifestsDeleted = 0
    package var packsDeleted = 0
    package var bytesFreed = 0
    /// Packs whose live blobs were copied into new ones.
    package var packsRewritten = 0
    package var bytesWritten = 0
    /// Packs that may be deleted once nobody reads them any more.
    package var packsCondemned = 0
    package var bytesFreeableLater = 0
    /// When `bytesFreeableLater` can be freed; nil when there is nothing.
    package var freeableAt: Timestamp?
    /// Bytes of packs that no snapshot names and that are spared, because a running backup may have written them.
    package var bytesUnreferenced = 0
    /// Blobs that snapshots need and that are in no pack: `check` names whom they concern.
    package var blobsMissing = 0
    /// Objects that are locked for longer now, where the store locks objects.
    package var locksExtended = 0
    /// For how many days the store keeps what was deleted as old versions; nil when it does not.
    package var lockDays: Int?
    /// Whether the store cannot keep two collections apart.
    package var mayLoseRaces = false
    /// Whether another collection was faster, and has ended or will end what this one began.
    package var isOvertaken = false
    /// Packs that cannot be read, which are left alone, and why.
    package var unreadable: [String: String] = [:]

    /// Whether nothing was found that a snapshot lacks. What cannot be read may be nobody's.
    package var isSound: Bool { blobsMissing == 0 }
}
