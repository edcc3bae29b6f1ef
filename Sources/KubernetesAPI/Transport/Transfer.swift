internal import CCurl
internal import CCurlShims

/// One transfer on the transport's thread: its easy handle, what libcurl reads from and what it writes to.
///
/// Only the transport's thread touches it after it was started.
final class Transfer {
    enum Sink {
        case whole(CheckedContinuation<HTTPResponse, any Error>)
        case stream(StreamedBody)
    }

    let handle: UnsafeMutableRawPointer
    let identifier: Int
    let sink: Sink
    let limit: Int
    private(set) var headers: [String: String] = [:]
    private(set) var body: [UInt8] = []
    private(set) var isTooLarge = false
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private var connectList: UnsafeMutablePointer<curl_slist>?
    private var didAnnounceHead = false

    init?(_ request: HTTPRequest, identifier: Int, sink: Sink, settings: TransportSettings) {
        guard let handle = curl_easy_init() else { return nil }
        self.handle = handle
        self.identifier = identifier
        self.sink = sink
        self.limit = settings.maximumBodyBytes
        configure(request, settings)
    }

    deinit {
        curl_easy_cleanup(handle)
        curl_slist_free_all(headerList)
        curl_slist_free_all(connectList)
    }

    var status: Int {
        var status = 0
        _ = shim_getinfo_long(handle, CURLINFO_RESPONSE_CODE, &status)
        return status
    }

    /// Whether bytes of the request may have left this machine.
    var didConnect: Bool {
        var size = 0
        _ = shim_getinfo_long(handle, CURLINFO_REQUEST_SIZE, &size)
        return size > 0
    }

    private func configure(_ request: HTTPRequest, _ settings: TransportSettings) {
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_TCP_NODELAY, 1)
        set(CURLOPT_TCP_KEEPALIVE, 1)
        set(CURLOPT_BUFFERSIZE, 256 << 10)
        set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS)
        set(CURLOPT_PIPEWAIT, 1)
        set(CURLOPT_PROTOCOLS, Int(CURLPROTO_HTTP | CURLPROTO_HTTPS))
        set(CURLOPT_CONNECTTIMEOUT, settings.connectTimeoutSeconds)
        if request.timeoutSeconds > 0 { set(CURLOPT_TIMEOUT, request.timeoutSeconds) }
        _ = shim_setopt_string(handle, CURLOPT_USERAGENT, settings.userAgent)
        _ = shim_setopt_string(handle, CURLOPT_PROXY, settings.proxy ?? "")
        _ = shim_setopt_string(handle, CURLOPT_CUSTOMREQUEST, request.method)
        setAddress(request.url, settings)
        setTLS(request, settings)
        if let body = request.body {
            set(CURLOPT_POST, 1)
            set(CURLOPT_POSTFIELDSIZE, body.count)
            // Copied by libcurl: the body lives as long as the transfer.
            body.withUnsafeBytes { bytes in
                _ = shim_setopt_pointer(
                    handle,
                    CURLOPT_COPYPOSTFIELDS,
                    UnsafeMutableRawPointer(mutating: bytes.baseAddress ?? UnsafeRawPointer(handle))
                )
            }
        }
        for (name, value) in request.headers + [("Expect", "")] {
            headerList = curl_slist_append(headerList, value.isEmpty ? "\(name):" : "\(name): \(value)")
        }
        _ = shim_setopt_list(handle, CURLOPT_HTTPHEADER, headerList)
        setCallbacks()
    }

    /// With another name in the certificate, the URL carries that name and the connection goes to the real host.
    private func setAddress(_ url: String, _ settings: TransportSettings) {
        guard let name = settings.serverName, let parts = ServerAddress(url: url) else {
            _ = shim_setopt_string(handle, CURLOPT_URL, url)
            return
        }
        connectList = curl_slist_append(nil, "\(name):\(parts.port):\(parts.host):\(parts.port)")
        _ = shim_setopt_list(handle, CURLOPT_CONNECT_TO, connectList)
        _ = shim_setopt_string(handle, CURLOPT_URL, "\(parts.scheme)://\(name):\(parts.port)\(parts.path)")
    }

    private func setTLS(_ request: HTTPRequest, _ settings: TransportSettings) {
        if settings.skipsVerification {
            set(CURLOPT_SSL_VERIFYPEER, 0)
            set(CURLOPT_SSL_VERIFYHOST, 0)
        }
        if let authority = settings.certificateAuthority { setBlob(CURLOPT_CAINFO_BLOB, authority) }
        if let client = request.clientCertificate {
            _ = shim_setopt_string(handle, CURLOPT_SSLCERTTYPE, "PEM")
            _ = shim_setopt_string(handle, CURLOPT_SSLKEYTYPE, "PEM")
            setBlob(CURLOPT_SSLCERT_BLOB, client.certificate)
            setBlob(CURLOPT_SSLKEY_BLOB, client.key)
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

    private func receiveHeader(_ line: UnsafeRawBufferPointer) {
        let text = String(decoding: line, as: UTF8.self)
        if text.hasPrefix("HTTP/") {
            headers.removeAll(keepingCapacity: true)
            return
        }
        guard let colon = text.firstIndex(of: ":") else { return }
        let value = text[text.index(after: colon)...].filter { $0 != "\r" && $0 != "\n" && $0 != "\r\n" }
        headers[text[..<colon].lowercased()] = String(value.drop { $0 == " " })
    }

    private func receiveBody(_ part: UnsafeRawBufferPointer) -> Int {
        if case .stream(let stream) = sink {
            if !didAnnounceHead {
                didAnnounceHead = true
                stream.receiveHead(status: status, headers: headers)
            }
            // CURL_WRITEFUNC_PAUSE makes libcurl keep the part and stop reading until the consumer has caught up.
            return stream.receive(part) ? part.count : 0x1000_0001
        }
        if body.isEmpty, let length = headers["content-length"].flatMap({ Int($0) }), length <= limit {
            body.reserveCapacity(length)
        }
        guard body.count + part.count <= limit else {
            isTooLarge = true
            return 0
        }
        body.append(contentsOf: part)
        return part.count
    }

    private func set(_ option: CURLoption, _ value: Int) { _ = shim_setopt_long(handle, option, value) }

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
}

/// The parts of a server's URL.
struct ServerAddress {
    let scheme: String
    let host: String
    let port: Int
    let path: String

    init?(url: String) {
        guard let separator = url.firstRange(of: "://") else { return nil }
        scheme = String(url[..<separator.lowerBound])
        let rest = url[separator.upperBound...]
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        path = slash == rest.endIndex ? "/" : String(rest[slash...])
        let authority = rest[..<slash]
        let standard = scheme == "http" ? 80 : 443
        if let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") {
            host = String(authority[..<colon])
            port = Int(authority[authority.index(after: colon)...]) ?? standard
        } else {
            host = String(authority)
            port = standard
        }
    }
}
