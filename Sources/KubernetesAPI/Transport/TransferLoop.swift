internal import CCurl

/// The transport's thread: takes jobs from the inbox, lets libcurl work on them and hands out the answers.
final class TransferLoop {
    private let multi: UnsafeMutableRawPointer
    private let inbox: TransportInbox
    private let settings: TransportSettings
    private var running: [Int: Transfer] = [:]
    private var identifiers: [UnsafeMutableRawPointer: Int] = [:]
    private var runningRequests = 0
    /// Requests above the bound, by identifier, and the order in which they came.
    private var waiting: [Int: TransferJob] = [:]
    private var order: [Int] = []
    private var firstInOrder = 0

    init(multi: UnsafeMutableRawPointer, inbox: TransportInbox, settings: TransportSettings) {
        self.multi = multi
        self.inbox = inbox
        self.settings = settings
    }

    func run() {
        while true {
            let batch = inbox.take()
            for job in batch.jobs { accept(job) }
            for identifier in batch.cancelled { cancel(identifier, "cancelled") }
            if batch.isStopped { break }
            for identifier in batch.resumed {
                if let transfer = running[identifier] { curl_easy_pause(transfer.handle, CURLPAUSE_CONT) }
            }
            var active: Int32 = 0
            curl_multi_perform(multi, &active)
            collect()
            startWaiting()
            curl_multi_poll(multi, nil, 0, 1000, nil)
        }
        let late = inbox.close()
        for identifier in Array(running.keys) + Array(waiting.keys) { cancel(identifier, "the client is closed") }
        for job in late {
            job.sink.fail(
                TransportError(kind: .cancelled, message: "the client is closed", mayHaveReachedServer: false)
            )
        }
        curl_multi_cleanup(multi)
    }

    /// Streams start at once: a watch stays for minutes and must neither wait nor make others wait.
    private func accept(_ job: TransferJob) {
        if case .whole = job.sink, runningRequests >= settings.maximumRequests {
            waiting[job.identifier] = job
            order.append(job.identifier)
        } else {
            start(job)
        }
    }

    private func startWaiting() {
        while runningRequests < settings.maximumRequests, firstInOrder < order.count {
            let identifier = order[firstInOrder]
            firstInOrder += 1
            if let job = waiting.removeValue(forKey: identifier) { start(job) }
        }
        if firstInOrder == order.count, firstInOrder > 0 {
            order.removeAll(keepingCapacity: true)
            firstInOrder = 0
        }
    }

    private func start(_ job: TransferJob) {
        guard let transfer = Transfer(job, settings: settings) else {
            job.sink.fail(
                TransportError(
                    kind: .refusedByLibrary,
                    message: "libcurl has no handle left",
                    mayHaveReachedServer: false
                )
            )
            return
        }
        running[job.identifier] = transfer
        identifiers[transfer.handle] = job.identifier
        if case .whole = job.sink { runningRequests += 1 }
        curl_multi_add_handle(multi, transfer.handle)
    }

    private func cancel(_ identifier: Int, _ reason: String) {
        if let job = waiting.removeValue(forKey: identifier) {
            job.sink.fail(TransportError(kind: .cancelled, message: reason, mayHaveReachedServer: false))
        }
        guard let transfer = remove(identifier) else { return }
        transfer.finish(.failure(TransportError(kind: .cancelled, message: reason, mayHaveReachedServer: true)))
    }

    private func collect() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle else { continue }
            let code = message.pointee.data.result
            guard let identifier = identifiers[handle], let transfer = remove(identifier) else { continue }
            transfer.finish(transfer.result(code))
        }
    }

    private func remove(_ identifier: Int) -> Transfer? {
        guard let transfer = running.removeValue(forKey: identifier) else { return nil }
        identifiers[transfer.handle] = nil
        if case .whole = transfer.sink { runningRequests -= 1 }
        curl_multi_remove_handle(multi, transfer.handle)
        return transfer
    }
}
