internal import Glibc
internal import KubernetesObjects

/// Which managers had applied which fields (https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management).
///
/// A restored object belongs to whoever created it, the restore; the next apply of its real manager would then meet conflicts. An API server
/// takes no owners with a create, but it does with a patch of nothing else.
enum AppliedFields {
    private static let mark = Array(#""operation":"Apply""#.utf8)

    /// Whether canonical bytes of an object can hold such a manager, so that their managed fields have to be read at all.
    static func mayBeIn(_ bytes: [UInt8]) -> Bool { bytes.contains(mark) }

    /// The merge patch that gives the fields back to their managers; nil when nobody had applied the object.
    static func patch(of object: JSONValue) -> [UInt8]? {
        guard let entries = object["metadata", "managedFields"]?.array,
            entries.contains(where: { $0["operation"]?.string == "Apply" })
        else { return nil }
        // A status is its controller's, which writes it anew.
        let kept = entries.filter { ($0["subresource"]?.string ?? "").isEmpty }
        return JSONValue.object(
            JSONObject([.init(key: "metadata", value: ["managedFields": .array(kept)])])
        )
        .encoded()
    }
}

extension [UInt8] {
    /// Whether the bytes of `text` are among these; it is looked for by its first capital letter, of which JSON has few.
    func contains(_ text: [UInt8]) -> Bool {
        let anchor = text.firstIndex { (0x41...0x5A).contains($0) } ?? 0
        guard !text.isEmpty, count >= text.count else { return text.isEmpty }
        return withUnsafeBytes { bytes in
            var position = anchor
            while position < bytes.count, let start = bytes.baseAddress {
                guard let found = memchr(start + position, Int32(text[anchor]), bytes.count - position) else {
                    return false
                }
                position = UnsafeRawPointer(found) - start
                let first = position - anchor
                if first + text.count <= bytes.count, text.indices.allSatisfy({ bytes[first + $0] == text[$0] }) {
                    return true
                }
                position += 1
            }
            return false
        }
    }
}
