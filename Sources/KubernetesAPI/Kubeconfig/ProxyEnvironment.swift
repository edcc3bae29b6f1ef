internal import KubernetesObjects

/// The proxy variables of the environment, as kubectl reads them where a cluster has no `proxy-url`.
enum ProxyEnvironment {
    /// The proxy for a server, or nil: never for this machine itself, nor for the hosts of `NO_PROXY`.
    static func proxy(of server: String, environment: [String: String]) -> String? {
        guard let address = ServerAddress(url: server), !address.isLoopback else { return nil }
        func variable(_ name: String) -> String? {
            [name.uppercased(), name.lowercased()].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        }
        guard let proxy = variable("\(address.scheme)_proxy") else { return nil }
        let exceptions = (variable("no_proxy") ?? "").split(separator: ",").map { String($0).trimmingSpaces() }
        return exceptions.contains { matches(address, $0.lowercased()) } ? nil : proxy
    }

    /// `*`, a host, a domain with everything below it, an address block such as `10.0.0.0/8`; each but the block may name a port.
    private static func matches(_ address: ServerAddress, _ exception: String) -> Bool {
        if exception == "*" { return true }
        let host = address.host.lowercased()
        if exception.contains("/") { return IPv4Block(exception)?.contains(host) ?? false }
        var name = exception[...]
        if let colon = name.lastIndex(of: ":"), let port = Int(name[name.index(after: colon)...]), !name.hasPrefix("[")
        {
            guard port == address.port else { return false }
            name = name[..<colon]
        }
        if name.hasPrefix("*.") { name = name.dropFirst() }
        if name.hasPrefix(".") { return host.hasSuffix(name) }
        return !name.isEmpty && (host == name || host.hasSuffix(".\(name)"))
    }
}

/// A block of IPv4 addresses, such as `10.0.0.0/8`.
private struct IPv4Block {
    private let base: UInt32
    private let mask: UInt32

    init?(_ text: String) {
        let parts = text.split(separator: "/")
        guard parts.count == 2, let base = Self.address(String(parts[0])), let length = Int(parts[1]),
            (0...32).contains(length)
        else { return nil }
        mask = length == 0 ? 0 : ~UInt32(0) << UInt32(32 - length)
        self.base = base & mask
    }

    func contains(_ host: String) -> Bool { Self.address(host).map { $0 & mask == base } ?? false }

    private static func address(_ text: String) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var result: UInt32 = 0
        for part in parts {
            guard let byte = UInt8(part) else { return nil }
            result = result << 8 | UInt32(byte)
        }
        return result
    }
}
