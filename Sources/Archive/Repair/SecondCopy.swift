internal import KubernetesObjects

/// The second copy of a small object, under `copies/` and the name of the object.
///
/// Key objects get one when they are made. A repair makes one of a manifest or a record of a maintainer of which it could restore the bytes:
/// to add an object harms nobody who is at work, and to replace one could.
enum SecondCopy {
    static let prefix = "copies/"

    static func name(_ name: String) -> String { prefix + name }

    /// The object that a copy is of; nil when it is none.
    static func original(_ name: String) -> String? {
        name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : nil
    }

    /// Stores a record of a maintainer twice: where one of a collection is damaged, no backup and no prune runs.
    static func put(_ name: String, _ bytes: [UInt8], in store: any ObjectStore) throws(LifeboatError) {
        // Of two who make the same step, the copy is of the one that counts.
        guard try store.put(name, bytes) else { return }
        _ = try store.put(Self.name(name), bytes)
    }

    /// What `decode` makes of an object or, when that is damaged, of its copy.
    ///
    /// - Throws: what is wrong with the object itself when the copy is no better.
    static func load<Value>(
        _ name: String,
        from store: any ObjectStore,
        _ decode: ([UInt8]) throws(LifeboatError) -> Value
    ) throws(LifeboatError) -> Value? {
        do throws(LifeboatError) {
            guard let bytes = try store.get(name) else { return nil }
            return try decode(bytes)
        } catch {
            let isAlone = !error.code.isOfStore || store.isRefusalOfOne(error, name)
            guard isAlone, case .success(let copy?) = try store.getAlone(Self.name(name)) else { throw error }
            do throws(LifeboatError) { return try decode(copy) } catch let second {
                throw second.code.isOfStore ? second : error
            }
        }
    }
}
