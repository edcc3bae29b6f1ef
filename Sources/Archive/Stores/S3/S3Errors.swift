internal import KubernetesObjects

/// What answers and failures of the object storage are to the user.
enum S3Errors {
    static func unreachable(_ client: S3Client, _ failure: WebFailure, attempts: Int) -> LifeboatError {
        let times = attempts == 1 ? "" : " (\(attempts) attempts)"
        let message = "\(client.location) cannot be reached: \(failure.message)\(times)"
        switch failure.kind {
        case .tls:
            return LifeboatError(
                .storeTLS,
                message,
                remedy: "give the authority of its certificate by ca-file=FILE in the repository or AWS_CA_BUNDLE"
            )
        default:
            return LifeboatError(
                .storeUnreachable,
                message,
                remedy: "check the endpoint \(client.endpoint.address.authority) and the network, then run again; "
                    + "nothing that was committed is lost"
            )
        }
    }

    /// The error of an answer that is larger than what was asked for can be.
    static func tooLarge(_ client: S3Client, _ request: S3Request) -> LifeboatError {
        guard let key = request.key, request.largestBody == LargestRead.bytes else {
            return malformed(client, request.key, "it is larger than \(request.largestBody >> 20) MiB")
        }
        return LargestRead.failure(key, place(client, nil), "is too large")
    }

    static func malformed(_ client: S3Client, _ key: String?, _ problem: String) -> LifeboatError {
        LifeboatError(
            .storeMalformedAnswer,
            "the answer about \(place(client, key)) is not what object storage sends: \(problem)",
            remedy: "look for a proxy or captive portal between here and \(client.endpoint.address.authority)"
        )
    }

    /// The error of an answer that is none of the successes that a request can have.
    static func refused(_ client: S3Client, _ action: String, _ key: String?, _ answer: WebAnswer) -> LifeboatError {
        let error = answer.error
        let code = error?["Code"]
        let said = [code ?? "HTTP \(answer.status)", oneLine(error?["Message"])].compactMap { $0 }.joined(
            separator: ": "
        )
        let message = "cannot \(action) \(place(client, key)): \(said)"
        switch (answer.status, code) {
        case (_, "NoSuchBucket"):
            return LifeboatError(
                .storeBucketMissing,
                "the bucket \(client.endpoint.bucket) does not exist at \(client.endpoint.address.authority)",
                remedy: "create the bucket, or correct its name or the endpoint"
            )
        case (507, _), (_, "QuotaExceeded"), (_, "InsufficientStorage"), (_, "XMinioStorageFull"):
            return LifeboatError(
                .storageFull,
                message,
                remedy: "free space or raise the quota; nothing that was committed is lost, so run again"
            )
        case (301, _), (307, _), (_, "AuthorizationHeaderMalformed"), (_, "PermanentRedirect"),
            (_, "IllegalLocationConstraintException"):
            let region = answer.headers["x-amz-bucket-region"] ?? error?["Region"]
            return LifeboatError(
                .storeDenied,
                message,
                remedy: region.map { "add region=\(oneLine($0) ?? "") to the options of the repository" }
                    ?? "correct the region of the repository: region=NAME"
            )
        case (_, "RequestTimeTooSkewed"):
            return LifeboatError(.storeDenied, message, remedy: "set the clock of this machine")
        case (_, "SignatureDoesNotMatch"):
            return LifeboatError(
                .storeDenied,
                message,
                remedy: "check AWS_SECRET_ACCESS_KEY, and that no proxy changes the requests"
            )
        case (_, let code?) where WebAnswer.expiredCodes.contains(code):
            return LifeboatError(
                .storeDenied,
                message,
                remedy: "renew the credential; \(code) is what the server calls it"
            )
        case (400, "InvalidRequest") where action == "read" && asksForKey(said),
            (400, "InvalidArgument") where action == "read" && asksForKey(said):
            // Damage and no missing right: nobody else could read it, whatever he may do.
            return LifeboatError(
                .repositoryDamaged,
                message,
                remedy: "find out who wrote it there with a key of his own; lifeboat check names what is affected"
            )
        case (401, _), (403, _),
            (400, _) where action == "read",
            (400, _) where code?.hasPrefix("KMS.") == true:
            return LifeboatError(
                .storeDenied,
                message,
                remedy: "give this identity the permission to \(action) objects, as docs/stores.md shows"
            )
        case (429, _), (503, _):
            return LifeboatError(
                .storeOverloaded,
                message,
                remedy: "run again later; nothing that was committed is lost"
            )
        default:
            return LifeboatError(
                .storageFailed,
                message,
                remedy: "see what the server says, then run again; nothing that was committed is lost"
            )
        }
    }

    /// Whether an answer is about an object that somebody encrypted with a key of his own (SSE-C). Servers have several codes for it, and say
    /// the same; with a key of KMS it is a right that is missing.
    private static func asksForKey(_ said: String) -> Bool {
        let said = said.lowercased()
        return said.contains("server side encryption") && !said.contains("kms")
    }

    private static func place(_ client: S3Client, _ key: String?) -> String {
        "s3://\(client.endpoint.bucket)" + (key.map { "/\($0)" } ?? "")
    }

    /// The words of the server, which may be anything, in one short line.
    private static func oneLine(_ text: String?) -> String? {
        guard let text, !text.isEmpty else { return nil }
        return String(
            text.prefix(200).map { $0.isNewline || $0.unicodeScalars.contains { $0.value < 0x20 } ? " " : $0 }
        )
    }
}
