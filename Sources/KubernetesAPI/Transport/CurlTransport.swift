internal import CCurl
internal import CCurlShims
internal import Foundation
internal import Synchronization

/// Runs many transfers on one thread of its own, so that no thread of the Swift concurrency pool ever blocks in libcurl.
final class CurlTransport: Sendable {
    private struct Job: Sendable {
        let request: HTTPRequest
        let identifier: Int
        let sink: JobSink
    }

    private enum JobSink: Sendable {
        case whole(CheckedContinuation<HTTPResponse, any Error>)
        case stream(StreamedBody)
    }

    private struct Inbox {
        var jobs: [Job] = []
        var cancelled: [Int] = []
        var resumed: [Int] = []
        var nextIdentifier = 0
        var isStopped = false
    }

    private let inbox = Mutex(Inbox())
    private let settings: TransportSettings
    // Only the transport's thread touches it, but for curl_multi_wakeup, which libcurl documents as thread-safe.
    nonisolated(unsafe) private let multi: UnsafeMutableRawPointer
    private static let isReady: Bool = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK

    init(_ settings: TransportSettings) throws(TransportError) {
        guard Self.isReady, let multi = curl_multi_init() else {
            throw TransportError(kind: .broken, message: "libcurl could not be started", mayHaveReachedServer: false)
        }
        _ = shim_multi_setopt_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, settings.maximumConnections)
        _ = shim_multi_setopt_long(multi, CURLMOPT_MAXCONNECTS, settings.maximumConnections)
        _ = shim_multi_setopt_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
        self.multi = multi
        self.settings = settings
        Thread.detachNewThread { self.loop() }
    }

    /// Sends a request and waits for the whole answer; cancelling the task ends the transfer.
    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let identifier = newIdentifier()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                submit(Job(request: request, identifier: identifier, sink: .whole(continuation)))
            }
        } onCancel: {
            self.cancel(identifier)
        }
    }

    /// Starts a request whose body is read while it comes. `cancel` of the result ends it.
    func stream(_ request: HTTPRequest) -> (body: StreamedBody, cancel: @Sendable () -> Void) {
        let identifier = newIdentifier()
        let body = StreamedBody { [self] in
            inbox.withLock { $0.resumed.append(identifier) }
            curl_multi_wakeup(multi)
        }
        submit(Job(request: request, identifier: identifier, sink: .stream(body)))
        return (body, { self.cancel(identifier) })
    }

    /// Ends all transfers and the thread.
    func stop() {
        inbox.withLock { $0.isStopped = true }
        curl_multi_wakeup(multi)
    }

    private func newIdentifier() -> Int {
        inbox.withLock {
            $0.nextIdentifier += 1
            return $0.nextIdentifier
        }
    }

    private func submit(_ job: Job) {
        let isStopped = inbox.withLock { box in
            if !box.isStopped { box.jobs.append(job) }
            return box.isStopped
        }
        if isStopped {
            fail(
                job.sink,
                TransportError(kind: .cancelled, message: "the client is closed", mayHaveReachedServer: false)
            )
        }
        curl_multi_wakeup(multi)
    }

    private func cancel(_ identifier: Int) {
        inbox.withLock { $0.cancelled.append(identifier) }
        curl_multi_wakeup(multi)
    }

    private func fail(_ sink: JobSink, _ error: TransportError) {
        switch sink {
        case .whole(let continuation): continuation.resume(throwing: error)
        case .stream(let body): body.finish(status: 0, headers: [:], .failure(error))
        }
    }

    // MARK: On the transport's thread

    private func loop() {
        var running: [Int: Transfer] = [:]
        var identifiers: [UnsafeMutableRawPointer: Int] = [:]
        while true {
            let box = inbox.withLock { box in
                let taken = box
                box.jobs = []
                box.cancelled = []
                box.resumed = []
                return taken
            }
            for job in box.jobs { start(job, &running, &identifiers) }
            let ended = box.isStopped ? Array(running.keys) : box.cancelled
            for identifier in ended {
                guard let transfer = running.removeValue(forKey: identifier) else { continue }
                identifiers[transfer.handle] = nil
                curl_multi_remove_handle(multi, transfer.handle)
                finish(
                    transfer,
                    .failure(TransportError(kind: .cancelled, message: "cancelled", mayHaveReachedServer: true))
                )
            }
            for identifier in box.resumed {
                if let transfer = running[identifier] { curl_easy_pause(transfer.handle, CURLPAUSE_CONT) }
            }
            if box.isStopped { break }
            var active: Int32 = 0
            curl_multi_perform(multi, &active)
            var left: Int32 = 0
            while let message = curl_multi_info_read(multi, &left) {
                guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle else { continue }
                let code = message.pointee.data.result
                curl_multi_remove_handle(multi, handle)
                guard let identifier = identifiers.removeValue(forKey: handle),
                    let transfer = running.removeValue(forKey: identifier)
                else { continue }
                finish(transfer, result(transfer, code))
            }
            curl_multi_poll(multi, nil, 0, 1000, nil)
        }
        curl_multi_cleanup(multi)
    }

    private func start(
        _ job: Job,
        _ running: inout [Int: Transfer],
        _ identifiers: inout [UnsafeMutableRawPointer: Int]
    ) {
        let sink: Transfer.Sink =
            switch job.sink {
            case .whole(let continuation): .whole(continuation)
            case .stream(let body): .stream(body)
            }
        guard let transfer = Transfer(job.request, identifier: job.identifier, sink: sink, settings: settings) else {
            fail(
                job.sink,
                TransportError(kind: .broken, message: "libcurl has no handle left", mayHaveReachedServer: false)
            )
            return
        }
        running[job.identifier] = transfer
        identifiers[transfer.handle] = job.identifier
        curl_multi_add_handle(multi, transfer.handle)
    }

    private func finish(_ transfer: Transfer, _ result: Result<Void, TransportError>) {
        switch transfer.sink {
        case .stream(let body): body.finish(status: transfer.status, headers: transfer.headers, result)
        case .whole(let continuation):
            switch result {
            case .success:
                continuation.resume(
                    returning: HTTPResponse(status: transfer.status, headers: transfer.headers, body: transfer.body)
                )
            case .failure(let error): continuation.resume(throwing: error)
            }
        }
    }

    private func result(_ transfer: Transfer, _ code: CURLcode) -> Result<Void, TransportError> {
        if code == CURLE_OK { return .success(()) }
        if transfer.isTooLarge {
            let message = "the answer is larger than \(settings.maximumBodyBytes >> 20) MiB"
            return .failure(TransportError(kind: .tooLarge, message: message, mayHaveReachedServer: true))
        }
        let kind: TransportError.Kind =
            switch code {
            case CURLE_OPERATION_TIMEDOUT: .timeout
            case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CERTPROBLEM,
                CURLE_SSL_CACERT_BADFILE,
                CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CIPHER:
                .tls
            case CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_SEND_ERROR,
                CURLE_GOT_NOTHING, CURLE_RECV_ERROR:
                .unreachable
            default: .broken
            }
        let message = String(cString: curl_easy_strerror(code))
        return .failure(TransportError(kind: kind, message: message, mayHaveReachedServer: transfer.didConnect))
    }
}
