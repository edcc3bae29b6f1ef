internal import CFileSystem
internal import Glibc
internal import KubernetesObjects

/// The extended attributes of a file or a folder: what users put there, access control lists, capabilities and labels.
/// https://man7.org/linux/man-pages/man7/xattr.7.html
package struct ExtendedAttributes: Equatable, Sendable {
    /// Values by names, which are bytes.
    package var values: [[UInt8]: [UInt8]] = [:]
    package var isEmpty: Bool { values.isEmpty }

    /// What the kernel allows in all: XATTR_LIST_MAX, and for one value XATTR_SIZE_MAX.
    private static let limit = 64 << 10
    /// Files with more in all are of no use to anybody.
    private static let totalLimit = 1 << 20
    private static let userPrefix = Array("user.".utf8)

    package init(_ values: [[UInt8]: [UInt8]] = [:]) { self.values = values }

    /// Those of an open file or folder; none where the file system has none, nil when they cannot be read, and then `errno` says why.
    package init?(of descriptor: Int32) {
        guard let names = Self.read({ flistxattr(descriptor, $0, $1) }) else {
            guard errno == ENOTSUP || errno == ENOSYS else { return nil }
            return
        }
        var total = 0
        for name in names.split(separator: 0) {
            let text = name.map { CChar(bitPattern: $0) } + [0]
            guard let value = Self.read({ fgetxattr(descriptor, text, $0, $1) }) else {
                // Taken away meanwhile, not for this user's eyes, or without a value on this file system.
                guard [ENODATA, EPERM, EACCES, ENOTSUP].contains(errno) else { return nil }
                continue
            }
            values[Array(name)] = value
            total += value.count
            guard total <= Self.totalLimit else {
                errno = E2BIG
                return nil
            }
        }
    }

    private static func read(_ call: (UnsafeMutablePointer<CChar>?, Int) -> Int) -> [UInt8]? {
        let size = call(nil, 0)
        guard size > 0 else { return size == 0 ? [] : nil }
        // It may have grown since it was measured.
        var buffer = [CChar](repeating: 0, count: limit)
        let count = call(&buffer, limit)
        return count < 0 ? nil : buffer[..<count].map { UInt8(bitPattern: $0) }
    }

    /// Those of users, or all others: who owns a file gives it the first, when he may write to it.
    package enum Kind: Sendable {
        case ofUsers, others
    }

    /// Gives those of a kind to an open file or folder.
    ///
    /// - Returns: those that could not be given, and why. Of a process that is not root, those that only root can give are none of them.
    package func set(_ kind: Kind, on descriptor: Int32) -> [(name: String, reason: String)] {
        var failures: [(name: String, reason: String)] = []
        for (name, value) in values.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) })
        where name.starts(with: Self.userPrefix) == (kind == .ofUsers) {
            let text = name.map { CChar(bitPattern: $0) } + [0]
            guard fsetxattr(descriptor, text, value, value.count, 0) != 0 else { continue }
            if kind == .others, geteuid() != 0, errno == EPERM || errno == EACCES { continue }
            failures.append((FileNames.text(name), String(cString: strerror(errno))))
        }
        return failures
    }

    /// `{"user.comment": "<base 64>"}`
    var json: JSONValue {
        var json: JSONValue = [:]
        for (name, value) in values { json[FileNames.text(name)] = .string(Base64.encode(value)) }
        return json
    }

    /// Nil when it is not what `json` writes.
    init?(_ json: JSONValue) {
        for member in json.object?.members ?? [] {
            guard let name = FileNames.name(member.key), !name.isEmpty, !name.contains(0),
                let bytes = member.value.string.flatMap({ Base64.decode($0) })
            else { return nil }
            values[name] = bytes
        }
    }
}
