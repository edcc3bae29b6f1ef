import Glibc
import KubernetesObjects
import Synchronization

@testable import Archive

/// A bucket in memory behind a real socket, for the faults that no real server shows when it is asked to.
///
/// It knows just the requests that the store sends. Signatures are not checked here: SeaweedFS does that in the suite of all stores.
final class FakeS3: Sendable {
    struct Request: Sendable {
        var method: String
        /// Without the bucket; empty for the bucket itself.
        var key: String
        var query: [String: String]
        var headers: [String: String]
        var body: [UInt8]
        /// How many requests came before.
        var number: Int
    }

    /// What happens to a request.
    enum Reaction: Sendable {
        case serve
        /// Another answer, and nothing is done.
        case answer(Int, [String: String] = [:], String = "")
        /// The request is carried out, and the connection ends without an answer.
        case serveAndDrop
        /// The connection ends without anything done.
        case drop
        /// The answer is changed on the way.
        case change(@Sendable (inout WebAnswer) -> Void)
        /// The answer breaks off so many bytes before its end.
        case cut(Int)
        /// The answer does not say how long it is, and the connection ends so many bytes before its end.
        case unmeasured(Int)
    }

    struct Traits: Sendable {
        var honoursCondition = true
        var knowsChecksums = true
        /// The objects of a page of a listing.
        var pageSize = 1000
    }

    let traits: Traits
    private let contents = Mutex<[String: [UInt8]]>([:])
    /// The parts of uploads that are neither completed nor aborted.
    let uploads = Mutex<[String: [Int: [UInt8]]]>([:])
    private let received = Mutex<[Request]>([])
    private let faults = Mutex(0)
    private let server = Mutex<LoopbackServer?>(nil)

    var port: UInt16 { server.withLock { $0?.port ?? 0 } }
    var objects: [String: [UInt8]] { contents.withLock { $0 } }
    var requests: [Request] { received.withLock { $0 } }
    /// How often a request was not simply served.
    var firedFaults: Int { faults.withLock { $0 } }

    init(_ traits: Traits = Traits(), react: @escaping @Sendable (Request) -> Reaction = { _ in .serve }) throws {
        self.traits = traits
        let running = try LoopbackServer { [weak self] connection in
            var reader = HTTPReader(connection: connection)
            while let self, var request = reader.next() {
                request.number = received.withLock {
                    $0.append(request)
                    return $0.count - 1
                }
                guard act(react(request), request, connection) else { return }
            }
        }
        server.withLock { $0 = running }
    }

    /// A store in this bucket, with its pauses counted and not made.
    func store(
        options: String = "",
        pauses: PauseRecord? = nil,
        now: @escaping @Sendable () -> Timestamp = { Timestamp(secondsSince1970: 1_800_000_000) },
        variables: [String: String] = ["AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "hush"],
        files: [String: String] = [:]
    ) throws -> S3Store {
        let text = "bucket/repository?endpoint=http://127.0.0.1:\(port)\(options)"
        return try S3Store(
            S3Location(parsing: text[...]),
            environment: .test(variables, files: files, now: now, pauses: pauses)
        )
    }

    func replace(_ key: String, _ bytes: [UInt8]?) { contents.withLock { $0[key] = bytes } }

    /// Whether the connection goes on.
    private func act(_ reaction: Reaction, _ request: Request, _ connection: Int32) -> Bool {
        var answer = WebAnswer(status: 0)
        var cut = 0
        var isMeasured = true
        if case .serve = reaction {} else { faults.withLock { $0 += 1 } }
        switch reaction {
        case .drop: return false
        case .serveAndDrop:
            _ = serve(request)
            return false
        case .answer(let status, let headers, let body):
            answer = WebAnswer(status: status, headers: headers, body: Array(body.utf8))
        case .serve: answer = serve(request)
        case .cut(let bytes):
            answer = serve(request)
            cut = bytes
        case .unmeasured(let bytes):
            answer = serve(request)
            (cut, isMeasured) = (bytes, false)
        case .change(let change):
            answer = serve(request)
            change(&answer)
        }
        var head = "HTTP/1.1 \(answer.status) as told\r\n"
        for (name, value) in answer.headers where isMeasured || name != "content-length" {
            head += "\(name): \(value)\r\n"
        }
        if isMeasured, answer.headers["content-length"] == nil { head += "content-length: \(answer.body.count)\r\n" }
        let bytes = Array((head + "\r\n").utf8) + (request.method == "HEAD" ? [] : answer.body)
        let isWhole = HTTPReader.send(Array(bytes.dropLast(cut)), connection)
        return isWhole && cut == 0 && isMeasured
    }

    private func serve(_ request: Request) -> WebAnswer {
        contents.withLock { contents in
            switch (request.method, request.key) {
            case _ where request.query["uploads"] != nil || request.query["uploadId"] != nil: part(request, &contents)
            case ("PUT", _): put(request, &contents)
            case ("GET", ""): list(request, contents)
            case ("GET", _), ("HEAD", _): get(request, contents)
            case ("DELETE", _):
                {
                    contents[request.key] = nil
                    return WebAnswer(status: 204)
                }()
            default: Self.error(501, "NotImplemented")
            }
        }
    }

    private func put(_ request: Request, _ contents: inout [String: [UInt8]]) -> WebAnswer {
        if !traits.knowsChecksums, request.headers["x-amz-checksum-sha256"] != nil {
            return Self.error(400, "InvalidArgument")
        }
        if isRefused(request, contents) {
            return Self.error(412, "PreconditionFailed")
        }
        contents[request.key] = request.body
        return WebAnswer(status: 200, headers: ["etag": "\"1\""])
    }

    func isRefused(_ request: Request, _ contents: [String: [UInt8]]) -> Bool {
        traits.honoursCondition && request.headers["if-none-match"] == "*" && contents[request.key] != nil
    }

    private func get(_ request: Request, _ contents: [String: [UInt8]]) -> WebAnswer {
        guard let bytes = contents[request.key] else { return Self.error(404, "NoSuchKey") }
        var headers = ["etag": "\"1\"", "content-type": "application/octet-stream"]
        guard let range = request.headers["range"]?.dropFirst(6).split(separator: "-").compactMap({ Int($0) }),
            range.count == 2
        else {
            headers["content-length"] = String(bytes.count)
            return WebAnswer(status: 200, headers: headers, body: bytes)
        }
        guard range[0] < bytes.count else { return Self.error(416, "InvalidRange") }
        let last = min(range[1], bytes.count - 1)
        headers["content-range"] = "bytes \(range[0])-\(last)/\(bytes.count)"
        return WebAnswer(status: 206, headers: headers, body: Array(bytes[range[0]...last]))
    }

    private func list(_ request: Request, _ contents: [String: [UInt8]]) -> WebAnswer {
        let keys = contents.keys.filter { $0.hasPrefix(request.query["prefix"] ?? "") }.sorted()
        let first = request.query["continuation-token"].flatMap { Int($0) } ?? 0
        let page = keys.dropFirst(first).prefix(traits.pageSize)
        let isCut = first + page.count < keys.count
        let items = page.map {
            "<Contents><Key>\(PercentEncoding.encode($0))</Key><Size>\(contents[$0]?.count ?? 0)</Size></Contents>"
        }
        let next = isCut ? "<NextContinuationToken>\(first + page.count)</NextContinuationToken>" : ""
        let text =
            "<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>\(isCut)</IsTruncated>\(next)\(items.joined())</ListBucketResult>"
        return WebAnswer(status: 200, headers: ["content-type": "application/xml"], body: Array(text.utf8))
    }

    static func error(_ status: Int, _ code: String) -> WebAnswer {
        let text = "<Error><Code>\(code)</Code><Message>as told</Message></Error>"
        let headers = ["content-type": "application/xml", "x-amz-request-id": "1"]
        return WebAnswer(status: status, headers: headers, body: Array(text.utf8))
    }
}

extension S3Store {
    /// All that a store can be asked to do with an object.
    func everyOperation(on name: String, _ bytes: [UInt8]) -> [() throws -> Void] {
        [
            { _ = try self.get(name) }, { _ = try self.get(name, range: 0..<3) }, { _ = try self.list("") },
            { _ = try self.size(name) }, { _ = try self.put(name, bytes) }, { try self.delete(name) },
        ]
    }
}
