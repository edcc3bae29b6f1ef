internal import Crypto
internal import KubernetesObjects

/// The keyed hashes of a domain: ids of blobs, and the tags that stand for names in the tree.
///
/// Tags let whoever holds the domain's secret compare and find objects without being able to read their names.
struct TreeKeys: Sendable {
    static let tagMask: UInt64 = 0xFFFF_FFFF_FFFF

    let identifiers: KeyedHash
    private let names: KeyedHash

    init(_ domain: DomainSecrets) {
        identifiers = KeyedHash(key: domain.identifierKey)
        names = KeyedHash(key: domain.nameKey)
    }

    private func tag(_ label: Character, _ text: String) -> UInt64 {
        var text = text
        return text.withUTF8 { names.tag(label.asciiValue ?? 0, UnsafeRawBufferPointer($0)) }
    }

    /// Of a cluster, so that a writer finds the newest snapshot of the cluster that it backs up.
    func clusterTag(_ uid: String) -> UInt64 { tag("c", uid) }

    /// Of a policy, so that retention can group snapshots without reading them.
    func policyTag(_ name: String) -> UInt64 { tag("p", name) }

    /// Of a resource. The version is not part of it: an object stays the same when the cluster serves a newer version.
    func resourceTag(_ resource: StoredResource) -> UInt64 { tag("g", "\(resource.group)/\(resource.resource)") }

    /// Of a resource as it is written: the version, too.
    func versionTag(_ resource: StoredResource) -> UInt64 {
        tag("v", "\(resource.group)/\(resource.version)/\(resource.resource)/\(resource.kind)")
    }

    func namespaceTag(_ namespace: String) -> UInt64 { tag("s", namespace) }
    func nameTag(_ name: String) -> UInt64 { tag("n", name) }

    /// Changes with every write to an object in the cluster: 48 bits over version, uid and resourceVersion.
    func changeTag(_ versionTag: UInt64, uid: String, resourceVersion: String) -> UInt64 {
        var (uid, resourceVersion) = (uid, resourceVersion)
        let tag = names.tag { hash in
            withUnsafeBytes(of: (UInt8(0x72), UInt8(truncatingIfNeeded: uid.utf8.count))) {
                hash.update($0)
            }
            withUnsafeBytes(of: versionTag.littleEndian) { hash.update($0) }
            uid.withUTF8 { hash.update(UnsafeRawBufferPointer($0)) }
            resourceVersion.withUTF8 { hash.update(UnsafeRawBufferPointer($0)) }
        }
        return tag & Self.tagMask
    }

    /// Changes with what a user wants of an object: 48 bits over its bytes without status and managedFields.
    func specificationTag(_ bytes: UnsafeRawBufferPointer, _ layout: CanonicalJSON.Layout) -> UInt64 {
        let ranges = [layout.managedFields, layout.status].filter { !$0.isEmpty }.sorted {
            $0.lowerBound < $1.lowerBound
        }
        let tag = names.tag { hash in
            withUnsafeBytes(of: UInt8(0x65)) { hash.update($0) }
            var start = 0
            for range in ranges where range.lowerBound >= start && range.upperBound <= bytes.count {
                hash.update(UnsafeRawBufferPointer(rebasing: bytes[start..<range.lowerBound]))
                start = range.upperBound
            }
            hash.update(UnsafeRawBufferPointer(rebasing: bytes[start...]))
        }
        return tag & Self.tagMask
    }
}
