import Dispatch

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// One HTTP/1.1 POST to a webhook on plain `http://`, which is what tests listen on.
///
/// The call blocks, so it runs on a queue of its own and never on the threads of Swift's concurrency.
enum WebhookTransport {
    private static let queue = DispatchQueue(label: "sandbox.webhooks", attributes: .concurrent)

    static func post(_ body: [UInt8], to url: String, timeoutSeconds: Int) async throws(WebhookFailure) -> [UInt8] {
        let result: Result<[UInt8], WebhookFailure> = await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: blockingPost(body, to: url, timeoutSeconds: timeoutSeconds)) }
        }
        return try result.get()
    }

    private static func blockingPost(_ body: [UInt8], to url: String, timeoutSeconds: Int) -> Result<
        [UInt8], WebhookFailure
    > {
        func failure(_ text: String) -> Result<[UInt8], WebhookFailure> {
            .failure(WebhookFailure("failed to call webhook: Post \"\(url)?timeout=\(timeoutSeconds)s\": \(text)"))
        }
        guard url.hasPrefix("http://") else {
            return failure("the sandbox calls webhooks over plain http only")
        }
        let rest = url.dropFirst("http://".count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let target = rest.dropFirst(authority.count)
        let parts = authority.split(separator: ":").map(String.init)
        let port = parts.count == 2 ? parts[1] : "80"
        guard let host = parts.first, let descriptor = connect(host, port, timeoutSeconds) else {
            return failure("dial tcp \(authority): connect: connection refused")
        }
        defer { close(descriptor) }
        let path = target.hasPrefix("/") ? String(target) : "/" + target
        let head = """
            POST \(path) HTTP/1.1\r
            Host: \(authority)\r
            Content-Type: application/json\r
            Accept: application/json\r
            Content-Length: \(body.count)\r
            Connection: close\r
            \r\n
            """
        guard send(Array(head.utf8) + body, descriptor) else { return failure("write: connection reset by peer") }
        guard let answer = receive(descriptor) else { return failure("context deadline exceeded") }
        guard let (status, content) = HTTPAnswer.parse(answer) else { return failure("malformed HTTP response") }
        guard (200..<300).contains(status) else { return failure("an error on the server (\(status))") }
        return .success(content)
    }

    private static func connect(_ host: String, _ port: String, _ timeoutSeconds: Int) -> Int32? {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        #if canImport(Glibc)
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
        hints.ai_socktype = SOCK_STREAM
        #endif
        var addresses: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, port, &hints, &addresses) == 0, let first = addresses else { return nil }
        defer { freeaddrinfo(addresses) }
        var next: UnsafeMutablePointer<addrinfo>? = first
        while let address = next {
            let descriptor = socket(address.pointee.ai_family, address.pointee.ai_socktype, address.pointee.ai_protocol)
            if descriptor >= 0 {
                var timeout = timeval(tv_sec: timeoutSeconds, tv_usec: 0)
                let size = socklen_t(MemoryLayout<timeval>.size)
                setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, size)
                setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, size)
                #if canImport(Glibc)
                let status = Glibc.connect(descriptor, address.pointee.ai_addr, address.pointee.ai_addrlen)
                #else
                let status = Darwin.connect(descriptor, address.pointee.ai_addr, address.pointee.ai_addrlen)
                #endif
                if status == 0 { return descriptor }
                close(descriptor)
            }
            next = address.pointee.ai_next
        }
        return nil
    }

    private static func send(_ bytes: [UInt8], _ descriptor: Int32) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                #if canImport(Glibc)
                Glibc.send(descriptor, buffer.baseAddress?.advanced(by: sent), buffer.count - sent, Int32(MSG_NOSIGNAL))
                #else
                Darwin.send(descriptor, buffer.baseAddress?.advanced(by: sent), buffer.count - sent, 0)
                #endif
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// All bytes until the peer closes; nil when it takes too long.
    private static func receive(_ descriptor: Int32) -> [UInt8]? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count == 0 { return bytes }
            guard count > 0 else { return HTTPAnswer.isWhole(bytes) ? bytes : nil }
            bytes.append(contentsOf: buffer[..<count])
            if HTTPAnswer.isWhole(bytes) { return bytes }
        }
    }
}
