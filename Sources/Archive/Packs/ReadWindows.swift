internal import KubernetesObjects

/// Reads of packs in aligned windows, of which the last few are kept: neighbours in a snapshot are neighbours in a pack.
struct ReadWindows {
    private static let windowSize = 256 << 10
    private static let capacity = 8

    private struct Key: Equatable {
        let name: String
        let window: Int
    }

    /// The last used one last.
    private var windows: [(key: Key, bytes: [UInt8])] = []

    /// The bytes of a pack in `range`, fewer when the pack is shorter; nil when it is not there any more.
    mutating func read(
        _ range: Range<Int>,
        of object: StoredObject,
        from store: any ObjectStore
    ) throws(LifeboatError) -> [UInt8]? {
        let first = range.lowerBound / Self.windowSize
        guard !range.isEmpty, (range.upperBound - 1) / Self.windowSize == first else {
            return try store.get(object.name, range: range)
        }
        let key = Key(name: object.name, window: first)
        let start = first * Self.windowSize
        guard start < object.size else { return [] }
        if let position = windows.lastIndex(where: { $0.key == key }) {
            if position != windows.count - 1 { windows.append(windows.remove(at: position)) }
        } else {
            let end = min(start + Self.windowSize, object.size)
            let read: [UInt8]?
            do throws(LifeboatError) { read = try store.get(object.name, range: start..<end) } catch {
                guard error.code == .storageUnreadable else { throw error }
                // What a disk has lost may be beside it in the window.
                return try store.get(object.name, range: range)
            }
            guard let bytes = read else { return nil }
            if windows.count == Self.capacity { windows.removeFirst() }
            windows.append((key, bytes))
        }
        let bytes = windows[windows.count - 1].bytes
        return Array(bytes[(range.lowerBound - start..<range.upperBound - start).clamped(to: 0..<bytes.count)])
    }
}
