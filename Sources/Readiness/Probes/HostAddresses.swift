import Foundation

/// Asks the resolver of the system for the addresses of a host.
enum HostAddresses {
    /// Resolving blocks its thread, so that it has one of its own.
    static func answer(for host: String) async -> ProbeAnswer {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: resolve(host)) }
        }
    }

    private static func resolve(_ host: String) -> ProbeAnswer {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var first: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, nil, &hints, &first)
        defer { if first != nil { freeaddrinfo(first) } }
        guard status == 0 else {
            return ProbeAnswer(isGood: false, problem: gai_strerror(status).map { String(cString: $0) } ?? "no address")
        }
        var addresses: Set<String> = []
        var entry = first
        while let current = entry {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let length = socklen_t(text.count)
            if getnameinfo(
                current.pointee.ai_addr,
                current.pointee.ai_addrlen,
                &text,
                length,
                nil,
                0,
                NI_NUMERICHOST
            ) == 0 {
                addresses.insert(String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
            }
            entry = current.pointee.ai_next
        }
        return ProbeAnswer(isGood: !addresses.isEmpty, problem: "it has no address", addresses: addresses.sorted())
    }
}
