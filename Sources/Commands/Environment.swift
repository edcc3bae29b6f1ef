internal import Glibc
package import KubernetesObjects

/// Environment variables and small files of the user.
package enum Environment {
    package static func value(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    /// All variables, for kubeconfig and credential plugins.
    package static var all: [String: String] {
        var result: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            if let (name, value) = String(cString: text).splitOnce("=") { result[name] = value }
            entry += 1
        }
        return result
    }

    /// Reads a file of at most 64 MiB; `what` names it in the error.
    package static func read(_ path: String, what: String) throws(LifeboatError) -> [UInt8] {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path, what) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(path, what) }
            guard count > 0 else { return bytes }
            bytes.append(contentsOf: buffer[..<count])
            guard bytes.count <= 64 << 20 else { throw LifeboatError(.usage, "\(what) \(path) is too large") }
        }
    }

    package static func readText(_ path: String, what: String) throws(LifeboatError) -> String {
        guard let text = String(validating: try read(path, what: what), as: UTF8.self) else {
            throw LifeboatError(.usage, "\(what) \(path) is not UTF-8 text")
        }
        return text
    }

    /// Writes a file whole, readable by its owner only when `isPrivate`.
    package static func write(_ bytes: [UInt8], to path: String, isPrivate: Bool = false) throws(LifeboatError) {
        let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, isPrivate ? 0o600 : 0o644)
        guard descriptor >= 0 else { throw failure(path, "the file") }
        defer { close(descriptor) }
        if isPrivate { fchmod(descriptor, 0o600) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure(path, "the file") }
            rest = rest.dropFirst(count)
        }
    }

    /// Creates a folder and those above it.
    package static func makeFolder(_ path: String) throws(LifeboatError) {
        var current = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            current += (current.isEmpty || current.hasSuffix("/") ? "" : "/") + part
            if mkdir(current, 0o755) != 0, errno != EEXIST { throw failure(current, "the folder") }
        }
    }

    package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    private static func failure(_ path: String, _ what: String) -> LifeboatError {
        let reason = String(cString: strerror(errno))
        return LifeboatError(
            errno == ENOSPC ? .storageFull : .storageFailed,
            "\(what) \(path): \(reason)",
            remedy: "check the path, and that this user may use it"
        )
    }

    private static let known = [
        "LIFEBOAT_REPOSITORY", "LIFEBOAT_PASSWORD_FILE", "LIFEBOAT_IDENTITY", "LIFEBOAT_LOG_LEVEL",
    ]

    /// A hint at a variable that looks like one of Lifeboat's and is none; empty when there is none.
    static var mistakenVariable: String {
        let mistaken = all.keys.sorted().first {
            // Kubernetes sets LIFEBOAT_PORT and LIFEBOAT_SERVICE_HOST for a Service of this name.
            $0.hasPrefix("LIFEBOAT_") && !known.contains($0) && !$0.hasPrefix("LIFEBOAT_TEST_")
                && !$0.hasPrefix("LIFEBOAT_PORT") && !$0.hasPrefix("LIFEBOAT_SERVICE_")
        }
        return mistaken.map { "; \($0) is set, and means nothing" } ?? ""
    }
}
