internal import CCurl
internal import CCurlShims
internal import Glibc

/// Runs many transfers on one thread of its own, so that no thread of the Swift concurrency pool ever blocks in libcurl.
final class CurlTransport: Sendable {
    private let inbox: TransportInbox
    private static let isReady: Bool = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK

    init(_ settings: TransportSettings) throws(TransportError) {
        let failure = TransportError(
            kind: .refusedByLibrary,
            message: "libcurl could not be started",
            mayHaveReachedServer: false
        )
        guard Self.isReady, let multi = curl_multi_init() else { throw failure }
        // Idle connections are kept for reuse; how many are open follows from the bound on requests.
        _ = shim_multi_setopt_long(multi, CURLMOPT_MAXCONNECTS, settings.maximumRequests + 8)
        _ = shim_multi_setopt_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
        inbox = TransportInbox(multi: multi)
        let loop = Unmanaged.passRetained(TransferLoop(multi: multi, inbox: inbox, settings: settings))
        var thread = pthread_t()
        let status = pthread_create(
            &thread,
            nil,
            { context in
                if let context { Unmanaged<TransferLoop>.fromOpaque(context).takeRetainedValue().run() }
                return nil
            },
            loop.toOpaque()
        )
        guard status == 0 else {
            loop.release()
            curl_multi_cleanup(multi)
            throw failure
        }
        pthread_detach(thread)
    }

    deinit { inbox.stop() }

    /// Sends a request and waits for the whole answer; cancelling the task ends the transfer.
    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let identifier = inbox.newIdentifier()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                inbox.submit(TransferJob(request: request, identifier: identifier, sink: .whole(continuation)))
            }
        } onCancel: {
            inbox.cancel(identifier)
        }
    }

    /// Starts a request whose body is read while it comes. `cancel` of the result ends it.
    func stream(_ request: HTTPRequest) -> (body: StreamedBody, cancel: @Sendable () -> Void) {
        let (inbox, identifier) = (inbox, inbox.newIdentifier())
        let body = StreamedBody { inbox.resume(identifier) }
        inbox.submit(TransferJob(request: request, identifier: identifier, sink: .stream(body)))
        return (body, { inbox.cancel(identifier) })
    }

    /// Ends all transfers and the thread.
    func stop() { inbox.stop() }
}
