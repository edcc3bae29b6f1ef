internal import CCurl
internal import CCurlShims

/// One transfer on the transport's thread: its easy handle, what libcurl reads from and what it writes to.
///
/// Only the transport's thread touches it.
final class Transfer {
    let handle: UnsafeMutableRawPointer
    let sink: TransferSink
    let bodyLimit: Int
    /// A first part of this size is the beginning of something large.
    private static let largePart = 4 << 10
    private static let usualPage = 2 << 20
    private(set) var isTooLarge = false
    private(set) var head = HTTPHead()
    private var body: [UInt8] = []
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private var connectList: UnsafeMutablePointer<curl_slist>?
    /// libcurl writes the text of a failure here, which says more than its code.
    private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

    init?(_ job: TransferJob, settings: TransportSettings) {
        guard let handle = curl_easy_init() else {
            errorText.deallocate()
            return nil
        }
        self.handle = handle
        sink = job.sink
        bodyLimit = settings.maximumBodyBytes
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        configure(job.request, settings)
    }

    deinit {
        curl_easy_cleanup(handle)
        curl_slist_free_all(headerList)
        curl_slist_free_all(connectList)
        errorText.deallocate()
    }

    /// Hands the answer, or why there is none, to whoever waits for it.
    func finish(_ result: Result<Void, TransportError>) {
        switch (sink, result) {
        case (.stream(let stream), _): stream.finish(result)
        case (.whole(let continuation), .success):
            continuation.resume(returning: HTTPResponse(head: head, body: body))
        case (.whole(let continuation), .failure(let error)): continuation.resume(throwing: error)
        }
    }

    /// What libcurl says about the failure, for people.
    var failureText: String { String(cString: errorText) }

    // MARK: Setting up

    private func configure(_ request: HTTPRequest, _ settings: TransportSettings) {
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_TCP_NODELAY, 1)
        set(CURLOPT_TCP_KEEPALIVE, 1)
        set(CURLOPT_TCP_KEEPIDLE, 30)
        set(CURLOPT_TCP_KEEPINTVL, 15)
        set(CURLOPT_BUFFERSIZE, 256 << 10)
        // HTTP/2 knows no upgrade of a connection.
        set(CURLOPT_HTTP_VERSION, request.isUpgrade ? CURL_HTTP_VERSION_1_1 : CURL_HTTP_VERSION_2TLS)
        set(CURLOPT_PIPEWAIT, 1)
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        set(CURLOPT_CONNECTTIMEOUT, settings.connectTimeoutSeconds)
        set(CURLOPT_TIMEOUT, request.deadlineSeconds)
        set(CURLOPT_LOW_SPEED_LIMIT, 1)
        set(CURLOPT_LOW_SPEED_TIME, request.silenceSeconds)
        // A name of dots, such as one from an archive that was imported, must not lead to another path.
        set(CURLOPT_PATH_AS_IS, 1)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        _ = shim_setopt_pointer(handle, CURLOPT_ERRORBUFFER, errorText)
        set(CURLOPT_USERAGENT, settings.userAgent)
        // An empty text keeps libcurl from looking at the environment on its own.
        set(CURLOPT_PROXY, settings.proxy ?? "")
        // Without this libcurl would wait for the body that an answer to HEAD never has.
        if request.method == "HEAD" { set(CURLOPT_NOBODY, 1) }
        set(CURLOPT_CUSTOMREQUEST, request.method)
        if settings.acceptsCompression { set(CURLOPT_ACCEPT_ENCODING, "gzip") }
        setAddress(request.url, settings)
        setTLS(request, settings)
        if let body = request.body { setBody(body) }
        addHeader("Expect", "")
        for (name, value) in request.headers { addHeader(name, value) }
        _ = shim_setopt_list(handle, CURLOPT_HTTPHEADER, headerList)
        setCallbacks()
    }

    /// A line break in a value would begin another header, so there is none.
    private func addHeader(_ name: String, _ value: String) {
        let line = value.isEmpty ? "\(name):" : "\(name): \(value)"
        let clean = line.unicodeScalars.contains { $0.value < 0x20 } ? line.filter { !$0.isNewline } : line
        headerList = curl_slist_append(headerList, clean)
    }

    /// With another name in the certificate, the URL carries that name and the connection goes to the real host.
    private func setAddress(_ url: String, _ settings: TransportSettings) {
        guard let name = settings.serverName, let address = ServerAddress(url: url) else {
            set(CURLOPT_URL, url)
            return
        }
        connectList = curl_slist_append(nil, "\(name):\(address.port):\(address.host):\(address.port)")
        _ = shim_setopt_list(handle, CURLOPT_CONNECT_TO, connectList)
        set(CURLOPT_URL, "\(address.scheme)://\(name):\(address.port)\(address.path)")
        addHeader("Host", address.authority)
    }

    private func setTLS(_ request: HTTPRequest, _ settings: TransportSettings) {
        if settings.skipsVerification {
            set(CURLOPT_SSL_VERIFYPEER, 0)
            set(CURLOPT_SSL_VERIFYHOST, 0)
        }
        if let authority = settings.certificateAuthority {
            setBlob(CURLOPT_CAINFO_BLOB, authority)
            // The authority of the kubeconfig alone: the system's own folder of authorities would count as well.
            _ = shim_setopt_string(handle, CURLOPT_CAPATH, nil)
        }
        if let client = request.clientCertificate {
            set(CURLOPT_SSLCERTTYPE, "PEM")
            set(CURLOPT_SSLKEYTYPE, "PEM")
            setBlob(CURLOPT_SSLCERT_BLOB, client.certificate)
            setBlob(CURLOPT_SSLKEY_BLOB, client.key)
        }
    }

    /// libcurl copies the body, which must live as long as the transfer.
    private func setBody(_ body: [UInt8]) {
        set(CURLOPT_POST, 1)
        set(CURLOPT_POSTFIELDSIZE, body.count)
        body.withUnsafeBytes { bytes in
            let start = bytes.baseAddress.map { UnsafeMutableRawPointer(mutating: $0) } ?? handle
            _ = shim_setopt_pointer(handle, CURLOPT_COPYPOSTFIELDS, start)
        }
    }

    private func setCallbacks() {
        let context = Unmanaged.passUnretained(self).toOpaque()
        _ = shim_setopt_callback(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            guard let bytes, let context else { return 0 }
            let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
            Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue().receiveHeader(line)
            return size * count
        }
        _ = shim_setopt_pointer(handle, CURLOPT_HEADERDATA, context)
        _ = shim_setopt_callback(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            guard let bytes, let context else { return 0 }
            let part = UnsafeRawBufferPointer(start: bytes, count: size * count)
            return Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue().receiveBody(part)
        }
        _ = shim_setopt_pointer(handle, CURLOPT_WRITEDATA, context)
    }

    private func set(_ option: CURLoption, _ value: Int) { _ = shim_setopt_long(handle, option, value) }

    private func set(_ option: CURLoption, _ value: String) { _ = shim_setopt_string(handle, option, value) }

    private func setBlob(_ option: CURLoption, _ bytes: [UInt8]) {
        bytes.withUnsafeBytes { raw in
            var blob = curl_blob(
                data: UnsafeMutableRawPointer(mutating: raw.baseAddress),
                len: raw.count,
                flags: UInt32(CURL_BLOB_COPY)
            )
            _ = shim_setopt_blob(handle, option, &blob)
        }
    }

    // MARK: Receiving

    private func receiveHeader(_ line: UnsafeRawBufferPointer) {
        if line.starts(with: "HTTP/".utf8) {
            head = HTTPHead()
            return
        }
        guard let colon = line.firstIndex(of: 0x3A) else {
            // The empty line after the headers; an informational answer is followed by the real one.
            var status = 0
            _ = shim_getinfo_long(handle, CURLINFO_RESPONSE_CODE, &status)
            head.status = status
            if case .stream(let stream) = sink, status >= 200 || status == 101 { stream.receiveHead(head) }
            return
        }
        let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
        var value = line[(colon + 1)...]
        while let first = value.first, first == 0x20 || first == 0x09 { value = value.dropFirst() }
        while let last = value.last, last == 0x20 || last == 0x0D || last == 0x0A { value = value.dropLast() }
        let text = String(decoding: value, as: UTF8.self)
        if name == "warning" { head.warnings.append(text) }
        head.fields[name] = text
    }

    private func receiveBody(_ part: UnsafeRawBufferPointer) -> Int {
        if case .stream(let stream) = sink {
            // CURL_WRITEFUNC_PAUSE: libcurl keeps the part and stops reading until the consumer has caught up.
            return stream.receive(part) ? part.count : 0x1000_0001
        }
        if body.isEmpty {
            if let length = head.fields["content-length"].flatMap({ Int($0) }), length <= bodyLimit {
                body.reserveCapacity(length)
            } else if part.count >= Self.largePart {
                // A page of a list comes without its length. Memory that stays unused is never touched.
                body.reserveCapacity(Self.usualPage)
            }
        }
        guard body.count + part.count <= bodyLimit else {
            isTooLarge = true
            return 0
        }
        if body.count + part.count > body.capacity, body.capacity >= Self.usualPage {
            // A list that comes in one piece: fewer copies than with the array's own doubling.
            body.reserveCapacity(min(body.capacity * 4, bodyLimit))
        }
        body.append(contentsOf: part)
        return part.count
    }
}
