internal import CCurl
internal import CCurlShims

/// One transfer on an easy handle: what libcurl reads from and what it writes to. One thread uses it, and once.
final class WebTransfer {
    private let handle: UnsafeMutableRawPointer
    private let settings: WebConnections.Settings
    private var answer = WebAnswer(status: 0)
    private var largestBody = 0
    private var isTooLarge = false
    /// The answer is no success, and its body longer than what is kept of it.
    private var isCut = false
    private var upload = UnsafeRawBufferPointer(start: nil, count: 0)
    private var sent = 0
    private var headerList: UnsafeMutablePointer<curl_slist>?
    /// So much is kept of the body of an answer that is no success: the documents of errors are small.
    private static let largestError = 64 << 10
    /// libcurl writes the text of a failure here, which says more than its code.
    private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

    init(handle: UnsafeMutableRawPointer, settings: WebConnections.Settings) {
        self.handle = handle
        self.settings = settings
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        curl_slist_free_all(headerList)
        errorText.deallocate()
    }

    func perform(_ request: WebRequest) throws(WebFailure) -> WebAnswer {
        largestBody = request.largestBody
        configure(request)
        let code = (request.body ?? []).withUnsafeBytes { bytes in
            upload = bytes
            return curl_easy_perform(handle)
        }
        // The handle lives on; the text of errors does not.
        _ = shim_setopt_pointer(handle, CURLOPT_ERRORBUFFER, nil)
        if code == CURLE_OK || isCut && code == CURLE_WRITE_ERROR, answer.status > 0 { return answer }
        throw failure(code)
    }

    private func configure(_ request: WebRequest) {
        _ = shim_setopt_pointer(handle, CURLOPT_ERRORBUFFER, errorText)
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_TCP_NODELAY, 1)
        set(CURLOPT_TCP_KEEPALIVE, 1)
        set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
        set(CURLOPT_BUFFERSIZE, 256 << 10)
        set(CURLOPT_CONNECTTIMEOUT, settings.connectTimeoutSeconds)
        set(CURLOPT_LOW_SPEED_LIMIT, 1)
        set(CURLOPT_LOW_SPEED_TIME, settings.silenceSeconds)
        set(CURLOPT_PATH_AS_IS, 1)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        if let file = settings.authorityFile { set(CURLOPT_CAINFO, file) }
        if request.method == "HEAD" { set(CURLOPT_NOBODY, 1) }
        if let body = request.body {
            // No way back to the start of the body is given, so that libcurl never sends it again on its own: a write that was sent
            // twice could not be told from one that somebody else made.
            set(CURLOPT_UPLOAD, 1)
            set(CURLOPT_UPLOAD_BUFFERSIZE, 512 << 10)
            _ = shim_setopt_offset(handle, CURLOPT_INFILESIZE_LARGE, curl_off_t(body.count))
        }
        set(CURLOPT_CUSTOMREQUEST, request.method)
        set(CURLOPT_URL, request.url)
        addHeader("Expect", "")
        for (name, value) in request.headers { addHeader(name, value) }
        _ = shim_setopt_list(handle, CURLOPT_HTTPHEADER, headerList)
        setCallbacks()
    }

    private func addHeader(_ name: String, _ value: String) {
        let line = value.isEmpty ? "\(name):" : "\(name): \(value)"
        headerList = curl_slist_append(headerList, line.filter { !$0.isNewline })
    }

    private func setCallbacks() {
        let context = Unmanaged.passUnretained(self).toOpaque()
        _ = shim_setopt_callback(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            guard let bytes, let context else { return 0 }
            let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
            Unmanaged<WebTransfer>.fromOpaque(context).takeUnretainedValue().receiveHeader(line)
            return size * count
        }
        _ = shim_setopt_pointer(handle, CURLOPT_HEADERDATA, context)
        _ = shim_setopt_callback(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            guard let bytes, let context else { return 0 }
            let part = UnsafeRawBufferPointer(start: bytes, count: size * count)
            return Unmanaged<WebTransfer>.fromOpaque(context).takeUnretainedValue().receiveBody(part)
        }
        _ = shim_setopt_pointer(handle, CURLOPT_WRITEDATA, context)
        _ = shim_setopt_callback(handle, CURLOPT_READFUNCTION) { space, size, count, context in
            guard let space, let context else { return 0 }
            let target = UnsafeMutableRawBufferPointer(start: space, count: size * count)
            return Unmanaged<WebTransfer>.fromOpaque(context).takeUnretainedValue().sendBody(target)
        }
        _ = shim_setopt_pointer(handle, CURLOPT_READDATA, context)
    }

    private func set(_ option: CURLoption, _ value: Int) { _ = shim_setopt_long(handle, option, value) }

    private func set(_ option: CURLoption, _ value: String) { _ = shim_setopt_string(handle, option, value) }

    private func sendBody(_ space: UnsafeMutableRawBufferPointer) -> Int {
        let part = upload.dropFirst(sent).prefix(space.count)
        space.copyBytes(from: part)
        sent += part.count
        return part.count
    }

    private func receiveHeader(_ line: UnsafeRawBufferPointer) {
        if line.starts(with: "HTTP/".utf8) {
            answer = WebAnswer(status: 0)
            return
        }
        guard let colon = line.firstIndex(of: 0x3A) else {
            var status = 0
            _ = shim_getinfo_long(handle, CURLINFO_RESPONSE_CODE, &status)
            answer.status = status
            return
        }
        let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
        var value = line[(colon + 1)...]
        while let first = value.first, first <= 0x20 { value = value.dropFirst() }
        while let last = value.last, last <= 0x20 { value = value.dropLast() }
        answer.headers[name] = String(decoding: value, as: UTF8.self)
    }

    private func receiveBody(_ part: UnsafeRawBufferPointer) -> Int {
        guard answer.isSuccess else {
            let room = Self.largestError - answer.body.count
            answer.body.append(contentsOf: part.prefix(room))
            isCut = part.count > room
            return isCut ? 0 : part.count
        }
        let length = answer.headers["content-length"].flatMap { Int($0) } ?? 0
        guard max(length, answer.body.count + part.count) <= largestBody else {
            isTooLarge = true
            return 0
        }
        if answer.body.isEmpty { answer.body.reserveCapacity(max(length, 0)) }
        answer.body.append(contentsOf: part)
        return part.count
    }

    private func failure(_ code: CURLcode) -> WebFailure {
        var size = 0
        _ = shim_getinfo_long(handle, CURLINFO_REQUEST_SIZE, &size)
        var text = String(cString: errorText)
        if text.isEmpty { text = String(cString: curl_easy_strerror(code)) }
        if isTooLarge { text = "the answer is larger than \(largestBody >> 20) MiB" }
        if code == CURLE_OK { text = "the answer broke off within its head" }
        return WebFailure(kind: kind(code), message: text, mayHaveArrived: size > 0)
    }

    private func kind(_ code: CURLcode) -> WebFailure.Kind {
        switch code {
        case _ where isTooLarge: .tooLarge
        case CURLE_OPERATION_TIMEDOUT: .timeout
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR,
            CURLE_SSL_CIPHER, CURLE_SSL_INVALIDCERTSTATUS:
            .tls
        case CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .unreachable
        case CURLE_URL_MALFORMAT, CURLE_FAILED_INIT, CURLE_OUT_OF_MEMORY, CURLE_BAD_FUNCTION_ARGUMENT,
            CURLE_UNSUPPORTED_PROTOCOL:
            .refusedByLibrary
        default: .broken
        }
    }
}
