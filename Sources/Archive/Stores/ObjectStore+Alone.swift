package import KubernetesObjects
internal import Synchronization

/// Failures of one object, which must not keep anybody from all others: a disk has lost a sector of it, or somebody put there what nobody
/// can read.
extension ObjectStore {
    /// How many others of its kind are looked at: the first, and as many at random, for who may write chooses names that come first.
    private static var probes: Int { 16 }

    /// Whether a failure is of one object while others of its kind can be read, such as of an object of an impossible size or one that
    /// somebody encrypted with a key of his own.
    func isRefusalOfOne(_ error: LifeboatError, _ name: String) -> Bool {
        switch error.code {
        case .repositoryDamaged: return true
        // A right that is missing, or a key that was disabled, is of many.
        case .storeDenied: return canReadOther(than: name) ?? canRead(KeyObjectName.configuration)
        // Rights are no matter here: a disk that is gone shows nothing at all.
        case .storageUnreadable: return canReadOther(than: name) == true || canRead(KeyObjectName.configuration)
        default: return false
        }
    }

    /// Whether another object of the same kind can be read; nil when there is none.
    private func canReadOther(than name: String) -> Bool? {
        let folder = name.firstIndex(of: "/").map { String(name[...$0]) }
        // What stands beside the folders is a key object like those in theirs.
        let kind = folder ?? KeyObjectName.prefix
        if let known = ReadableObjects.name(location, kind), known != name, canRead(known) { return true }
        let others = ((try? list(kind)) ?? []).map(\.name).filter { $0 != name }
        guard !others.isEmpty else { return nil }
        let sample = others.prefix(Self.probes) + others.dropFirst(Self.probes).shuffled().prefix(Self.probes)
        guard let readable = sample.first(where: canRead) else { return false }
        ReadableObjects.note(location, kind, readable)
        return true
    }

    /// The bytes of an object, nil when it is absent; or why it, and no other, cannot be read.
    func getAlone(_ name: String, range: Range<Int>? = nil) throws(LifeboatError) -> Result<[UInt8]?, MalformedBytes> {
        do throws(LifeboatError) { return .success(try get(name, range: range)) } catch {
            guard isRefusalOfOne(error, name) else { throw error }
            return .failure(MalformedBytes(error.message))
        }
    }

    /// The bytes of an object; nil when it is absent, or when it, and no other, cannot be read.
    package func getIfReadable(_ name: String) throws(LifeboatError) -> [UInt8]? {
        guard case .success(let bytes) = try getAlone(name) else { return nil }
        return bytes
    }

    /// As `getAlone`, with zeros in the place of what a disk has lost: for whoever looks at what is left of a pack.
    func getRest(of name: String) throws(LifeboatError) -> Result<ObjectRest?, MalformedBytes> {
        do throws(LifeboatError) {
            return .success(try get(name, range: nil).map { ObjectRest(bytes: $0, isWhole: true) })
        } catch {
            guard isRefusalOfOne(error, name) else { throw error }
            guard error.code == .storageUnreadable, let size = try size(name), size > 0 else {
                return .failure(MalformedBytes(error.message))
            }
            try LargestRead.check(size, of: name, in: location)
            var bytes = [UInt8](repeating: 0, count: size)
            let isAnyLeft = try readParts(of: name, 0..<size, into: &bytes)
            // A disk that went away meanwhile has lost nothing of it.
            guard isRefusalOfOne(error, name) else { throw error }
            return isAnyLeft
                ? .success(ObjectRest(bytes: bytes, isWhole: false)) : .failure(MalformedBytes(error.message))
        }
    }

    /// A disk loses no less.
    private static var sector: Int { 4096 }

    /// Halves what cannot be read until only that is left.
    private func readParts(
        of name: String,
        _ range: Range<Int>,
        into bytes: inout [UInt8]
    ) throws(LifeboatError) -> Bool {
        do throws(LifeboatError) {
            guard let part = try get(name, range: range), part.count == range.count else { return false }
            bytes.replaceSubrange(range, with: part)
            return true
        } catch {
            guard error.code == .storageUnreadable else { throw error }
        }
        guard range.count > Self.sector else { return false }
        let half = (range.count / 2 + Self.sector - 1) / Self.sector * Self.sector
        let middle = range.lowerBound + half
        let isFirst = try readParts(of: name, range.lowerBound..<middle, into: &bytes)
        let isSecond = try readParts(of: name, middle..<range.upperBound, into: &bytes)
        return isFirst || isSecond
    }
}

/// What there is of an object.
struct ObjectRest {
    let bytes: [UInt8]
    /// Whether a disk has lost nothing of it; what it has lost is zeros.
    let isWhole: Bool
}

/// For each kind of object one that this process could read, so that a refusal of another costs one more read and no search.
private enum ReadableObjects {
    private struct Kind: Hashable {
        let location: String
        let kind: String
    }

    private static let names = Mutex<[Kind: String]>([:])

    static func name(_ location: String, _ kind: String) -> String? {
        names.withLock { $0[Kind(location: location, kind: kind)] }
    }

    static func note(_ location: String, _ kind: String, _ name: String) {
        names.withLock { $0[Kind(location: location, kind: kind)] = name }
    }
}
