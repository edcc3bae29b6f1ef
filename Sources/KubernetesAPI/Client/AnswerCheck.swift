internal import KubernetesObjects

/// Checks of answers that carry a status of success and may be wrong all the same: a proxy's page, half a document, nothing.
enum AnswerCheck {
    /// The media type of the binary form of Kubernetes.
    static let binary = "application/vnd.kubernetes.protobuf"

    static func isBinary(_ response: HTTPResponse) -> Bool {
        response.head.fields["content-type"]?.hasPrefix(binary) ?? false
    }

    /// - Parameter isScanned: whether the caller scans the whole answer itself, so that it is not looked at twice here.
    /// - Throws: `malformedAnswer` unless the answer is one whole JSON object; nothing is parsed beyond its structure.
    static func json(
        _ response: HTTPResponse,
        isScanned: Bool = false,
        method: String,
        path: String
    ) throws(ClusterError) {
        func failure(_ message: String) -> ClusterError {
            ClusterError(
                .malformedAnswer,
                httpStatus: response.head.status,
                message: message,
                method: method,
                path: path
            )
        }
        guard response.head.status != 204 else { return }
        guard !response.body.isEmpty else { throw failure("the answer is empty") }
        let contentType = response.head.fields["content-type"] ?? "no content type"
        guard contentType.contains("json") else { throw failure("the answer is not JSON but \(contentType)") }
        guard !isScanned else { return }
        do {
            let span = response.body.span
            var scanner = JSONScanner(end: response.body.count)
            guard try scanner.peek(span) == .openBrace else { throw failure("the answer is no JSON object") }
            try scanner.skipValue(span)
            while scanner.index < scanner.end {
                guard [0x20, 0x09, 0x0A, 0x0D].contains(span[scanner.index]) else {
                    throw failure("the answer goes on after its end")
                }
                scanner.index += 1
            }
        } catch let error as ClusterError {
            throw error
        } catch {
            throw failure("the answer is not whole JSON: \(error)")
        }
    }

    /// Whether the top level of an object has the member; a list without `items` is none, and not an empty list.
    static func hasMember(_ name: StaticString, _ bytes: [UInt8]) throws(JSONError) -> Bool {
        let span = bytes.span
        var scanner = JSONScanner(end: bytes.count)
        try scanner.expect(.openBrace, span)
        var isFirst = true
        while let key = try scanner.nextKey(span, isFirst: &isFirst) {
            if span.matches(key, name) { return true }
            try scanner.skipValue(span)
        }
        return false
    }
}
