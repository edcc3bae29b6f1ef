internal import CCurl
internal import CCurlShims

extension Transfer {
    /// What libcurl's code means.
    func result(_ code: CURLcode) -> Result<Void, TransportError> {
        if code == CURLE_OK {
            // libcurl calls it a success when the connection ends within the head.
            return head.status > 0 ? .success(()) : .failure(brokenHead)
        }
        if isTooLarge {
            let message = "the answer is larger than \(bodyLimit >> 20) MiB"
            return .failure(TransportError(kind: .tooLarge, message: message, mayHaveReachedServer: true))
        }
        let text = failureText.isEmpty ? String(cString: curl_easy_strerror(code)) : failureText
        let kind = Self.kind(code, text)
        let message = kind == .broken ? "the answer broke off or is no HTTP: \(text)" : text
        return .failure(TransportError(kind: kind, message: message, mayHaveReachedServer: mayHaveReachedServer))
    }

    private var brokenHead: TransportError {
        TransportError(kind: .broken, message: "the answer broke off within its head", mayHaveReachedServer: true)
    }

    /// Whether bytes of the request may have left this machine.
    private var mayHaveReachedServer: Bool {
        var size = 0
        _ = shim_getinfo_long(handle, CURLINFO_REQUEST_SIZE, &size)
        return size > 0
    }

    private static func kind(_ code: CURLcode, _ text: String) -> TransportError.Kind {
        switch code {
        case CURLE_OPERATION_TIMEDOUT: .timeout
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CACERT_BADFILE,
            CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CIPHER, CURLE_SSL_INVALIDCERTSTATUS:
            .tls
        // With TLS 1.3 a refused client certificate comes as an alert after the handshake.
        case CURLE_RECV_ERROR, CURLE_SEND_ERROR: text.contains(" alert ") ? .tls : .unreachable
        case CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_GOT_NOTHING,
            CURLE_PROXY:
            .unreachable
        case CURLE_URL_MALFORMAT, CURLE_FAILED_INIT, CURLE_OUT_OF_MEMORY,
            CURLE_BAD_FUNCTION_ARGUMENT:
            .refusedByLibrary
        default: .broken
        }
    }
}
