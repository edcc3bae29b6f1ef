import Synchronization

@testable import Archive

extension FakeS3 {
    /// Uploads in parts: begun, filled, completed and aborted.
    func part(_ request: Request, _ contents: inout [String: [UInt8]]) -> WebAnswer {
        let xml = ["content-type": "application/xml"]
        guard let id = request.query["uploadId"] else {
            let id = "upload-\(request.number)"
            uploads.withLock { $0[id] = [:] }
            let text = "<InitiateMultipartUploadResult><UploadId>\(id)</UploadId></InitiateMultipartUploadResult>"
            return WebAnswer(status: 200, headers: xml, body: Array(text.utf8))
        }
        return uploads.withLock { uploads in
            guard let parts = uploads[id] else { return Self.error(404, "NoSuchUpload") }
            if request.method == "DELETE" {
                uploads[id] = nil
                return WebAnswer(status: 204)
            }
            if let number = request.query["partNumber"].flatMap({ Int($0) }) {
                uploads[id]?[number] = request.body
                return WebAnswer(status: 200, headers: ["etag": "\"part-\(number)\""])
            }
            guard !isRefused(request, contents) else { return Self.error(412, "PreconditionFailed") }
            contents[request.key] = parts.sorted { $0.key < $1.key }.flatMap(\.value)
            uploads[id] = nil
            let text = "<CompleteMultipartUploadResult><ETag>\"whole\"</ETag></CompleteMultipartUploadResult>"
            return WebAnswer(status: 200, headers: xml, body: Array(text.utf8))
        }
    }
}
