internal import CCurl
internal import CCurlShims
internal import Synchronization

/// Blocking HTTP by libcurl: a pool of easy handles, each with the connections that it keeps open.
final class WebConnections: Sendable {
    /// Whoever takes a handle from the pool has it alone.
    private struct Handle: @unchecked Sendable { let pointer: UnsafeMutableRawPointer }

    private static let mostIdle = 32
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    private let idle = Mutex<[Handle]>([])
    private let settings: Settings

    struct Settings: Sendable {
        var connectTimeoutSeconds = 10
        /// A transfer without a byte in so many seconds has failed.
        var silenceSeconds = 60
        /// A file with the authorities to trust in place of the system's.
        var authorityFile: String?
    }

    init(_ settings: Settings = Settings()) { self.settings = settings }

    deinit { for handle in idle.withLock({ $0 }) { curl_easy_cleanup(handle.pointer) } }

    func exchange(_ request: WebRequest) throws(WebFailure) -> WebAnswer {
        guard Self.isReady, let handle = take() else {
            throw WebFailure(kind: .refusedByLibrary, message: "libcurl cannot be used", mayHaveArrived: false)
        }
        defer { giveBack(handle) }
        return try WebTransfer(handle: handle.pointer, settings: settings).perform(request)
    }

    private func take() -> Handle? {
        if let handle = idle.withLock({ $0.popLast() }) { return handle }
        return curl_easy_init().map { Handle(pointer: $0) }
    }

    private func giveBack(_ handle: Handle) {
        // Options go, connections stay.
        curl_easy_reset(handle.pointer)
        let isKept = idle.withLock { idle in
            guard idle.count < Self.mostIdle else { return false }
            idle.append(handle)
            return true
        }
        if !isKept { curl_easy_cleanup(handle.pointer) }
    }
}
