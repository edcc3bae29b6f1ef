internal import KubernetesObjects

/// `sftp://[USER@]HOST[:PORT]/PATH?OPTIONS`, or `sftp:[USER@]HOST:PATH` as scp writes it.
package struct SFTPLocation: Equatable, Sendable {
    package let host: String
    package let user: String?
    package let port: Int?
    /// Absolute, or relative to the folder that a session begins in.
    package let path: String
    /// A configuration for ssh in place of `~/.ssh/config`.
    package private(set) var configurationFile: String?

    /// - Parameter url: what follows `sftp://`.
    init(url text: Substring) throws(LifeboatError) {
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let slash = parts[0].firstIndex(of: "/"), let decoded = PercentEncoding.decode(parts[0][slash...]) else {
            throw Self.wrong("the SFTP repository names no folder", "write it as sftp://USER@HOST/FOLDER")
        }
        var authority = parts[0][..<slash]
        var port: Int?
        if let colon = authority.lastIndex(of: ":"), authority.last != "]" {
            guard let number = Int(authority[authority.index(after: colon)...]), (1...65_535).contains(number) else {
                throw Self.wrong(
                    "the SFTP repository has something else than a port after a colon",
                    "a password has no place here: ssh uses keys"
                )
            }
            port = number
            authority = authority[..<colon]
        }
        // `/~/` begins at the home folder.
        let path = decoded.hasPrefix("/~/") ? String(decoded.dropFirst(3)) : decoded
        try self.init(authority, port: port, path: path)
        for option in parts.dropFirst().first?.split(separator: "&") ?? [] {
            let pair = option.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, pair[0] == "ssh-config", let value = PercentEncoding.decode(pair[1]) else {
                throw Self.wrong(
                    "“\(pair.first ?? "")” is no option of an SFTP repository, or has no value",
                    "the one option is ssh-config=FILE; all others belong in that file"
                )
            }
            configurationFile = value
        }
    }

    /// - Parameter text: what follows `sftp:`.
    init(scp text: Substring) throws(LifeboatError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            throw Self.wrong(
                "the SFTP repository names no folder",
                "write it as sftp:USER@HOST:FOLDER or sftp://USER@HOST/FOLDER"
            )
        }
        try self.init(parts[0], port: nil, path: String(parts[1]))
    }

    private init(_ authority: Substring, port: Int?, path: String) throws(LifeboatError) {
        let parts = authority.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        var host = parts[parts.count - 1]
        if host.first == "[", host.last == "]" { host = host.dropFirst().dropLast() }
        let user = parts.count == 2 ? parts[0] : nil
        // A name that begins with a dash would be an option to ssh.
        guard Self.isName(host), user.map(Self.isName) ?? true else {
            throw Self.wrong(
                "the repository names no user and host that ssh can be given",
                "write it as sftp://USER@HOST/FOLDER"
            )
        }
        self.host = String(host)
        self.user = user.map { String($0) }
        self.port = port
        var trimmed = path
        while trimmed.utf8.count > 1, trimmed.hasSuffix("/") { trimmed.removeLast() }
        self.path = trimmed.isEmpty ? "." : trimmed
    }

    private static func isName(_ text: Substring) -> Bool {
        !text.isEmpty && text.first != "-"
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x61...0x7A, 0x41...0x5A, 0x30...0x39, 0x2D, 0x2E, 0x5F, 0x3A, 0x25, 0x40, 0x2B, 0x5C: true
                default: false
                }
            }
    }

    /// What ssh is started with. It never asks anything: a daemon has nobody to answer.
    var arguments: [String] {
        var arguments = [
            "-oBatchMode=yes", "-oConnectTimeout=20", "-oServerAliveInterval=15", "-oServerAliveCountMax=4",
            "-oClearAllForwardings=yes",
        ]
        if let configurationFile { arguments += ["-F", configurationFile] }
        if let port { arguments += ["-p", String(port)] }
        if let user { arguments += ["-l", user] }
        return arguments + ["-s", "--", host, "sftp"]
    }

    /// How users know it.
    var text: String {
        let port = port.map { ":\($0)" } ?? ""
        return "sftp://" + (user.map { "\($0)@" } ?? "") + host + port + (path.hasPrefix("/") ? path : "/~/\(path)")
    }

    func lost(_ words: String) -> LifeboatError {
        let message = "\(text) cannot be reached: \(words)"
        if words.contains("Permission denied") {
            return LifeboatError(
                .storeDenied,
                message,
                remedy:
                    "ssh must log in there without a question: try ssh -oBatchMode=yes \(host), and see docs/stores.md"
            )
        }
        if words.contains("Host key verification failed") {
            return LifeboatError(
                .storeDenied,
                message,
                remedy: "compare the key of the host and add it to known_hosts, with ssh-keyscan or a first ssh \(host)"
            )
        }
        return LifeboatError(
            .storeUnreachable,
            message,
            remedy:
                "check that ssh \(host) works and the server has an SFTP subsystem; nothing that was committed is lost"
        )
    }

    func malformed(_ words: String) -> LifeboatError {
        LifeboatError(
            .storeMalformedAnswer,
            "\(text): \(words)",
            remedy: "try sftp \(host), and see that no start-up file of the server's shell prints anything"
        )
    }

    private static func wrong(_ message: String, _ remedy: String) -> LifeboatError {
        LifeboatError(.usage, message, remedy: remedy)
    }
}
