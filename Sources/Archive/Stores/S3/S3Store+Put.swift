internal import Crypto
package import KubernetesObjects
internal import Synchronization

extension S3Store {
    /// From this size on an object goes up in parts.
    static let multipartThreshold = 32 << 20
    /// A server that is asked whether it honours the condition gets an object of at most this size twice.
    private static let largestProof = 1 << 20

    package func put(_ name: String, _ bytes: [UInt8]) throws(LifeboatError) -> Bool {
        guard bytes.count < Self.multipartThreshold else { return try putInParts(name, bytes) }
        let known = dialect.withLock { $0 }
        if known.condition != .honoured, try size(name) != nil { return false }
        let digest = contentDigest(bytes)
        let tries = known.fallbacks(options)
        for (index, dialect) in tries.enumerated() {
            if index > 0, dialect.condition == .absent, tries[index - 1].condition != .absent, try size(name) != nil {
                return false
            }
            let result = try client.send(request(name, bytes, digest, dialect), problem: Self.objectProblem)
            if case .success(let answer) = result.outcome, index + 1 < tries.count, !result.mayHaveActed,
                S3Dialect.mayRefuseHeader(answer)
            {
                continue
            }
            guard try settle(name, bytes, result) else { return false }
            try learn(dialect, result, name, bytes, digest)
            return true
        }
        return false
    }

    private func request(_ name: String, _ bytes: [UInt8], _ digest: [UInt8], _ dialect: S3Dialect) -> S3Request {
        S3Request(
            method: "PUT",
            key: client.endpoint.key(name),
            headers: [("content-type", "application/octet-stream")] + condition(dialect)
                + checksum(bytes[...], digest, dialect),
            body: bytes[...],
            bodyDigest: digest,
            lock: lock
        )
    }

    func condition(_ dialect: S3Dialect) -> [(name: String, value: String)] {
        dialect.condition == .absent ? [] : [("if-none-match", "*")]
    }

    /// The server compares what arrives with it before it stores anything.
    func checksum(
        _ bytes: ArraySlice<UInt8>,
        _ digest: [UInt8],
        _ dialect: S3Dialect
    ) -> [(name: String, value: String)] {
        guard !dialect.sendsChecksums else { return [("x-amz-checksum-sha256", Base64.encode(digest))] }
        let sum = bytes.withUnsafeBytes { Insecure.MD5.hash(data: $0) }
        return [("content-md5", Base64.encode(Array(sum)))]
    }

    /// Object Lock of the configured days.
    var lock: S3Lock? {
        guard let mode = options.lockMode, let days = options.retentionDays else { return nil }
        return S3Lock(mode: mode, days: days)
    }

    /// Whether a write stored the object: true, false when the name was taken, an error when neither is certain.
    func settle(_ name: String, _ bytes: [UInt8], _ result: S3Result) throws(LifeboatError) -> Bool {
        switch result.outcome {
        case .success(let answer) where answer.isSuccess: return true
        case .success(let answer):
            let isTaken = answer.status == 412
            // An attempt whose answer was lost may be what took the name: then the object is ours if it is what we wrote.
            if result.mayHaveActed, try isStored(name, bytes) { return true }
            guard !isTaken else { return false }
            throw S3Errors.refused(client, "write", client.endpoint.key(name), answer)
        case .failure(let error):
            if result.mayHaveActed, (try? isStored(name, bytes)) == true { return true }
            throw error
        }
    }

    /// Looks at the object: nothing less says that a write without an answer arrived whole.
    private func isStored(_ name: String, _ bytes: [UInt8]) throws(LifeboatError) -> Bool {
        guard let length = try size(name), length == bytes.count else { return false }
        return try read(name, range: nil, version: nil).known() == bytes
    }

    /// Keeps what a write has shown about the server.
    ///
    /// A server may take the condition and ignore it. The first object of a process, if it is small, is therefore written twice: a
    /// server that honours the condition refuses the second time, and one that ignores it replaces the object by the same bytes.
    private func learn(
        _ tried: S3Dialect,
        _ result: S3Result,
        _ name: String,
        _ bytes: [UInt8],
        _ digest: [UInt8]
    ) throws(LifeboatError) {
        var learned = tried
        if tried.condition == .assumed {
            guard bytes.count <= Self.largestProof else { return }
            if case .success(let answer) = try client.send(request(name, bytes, digest, tried)).outcome {
                if answer.status == 412 { learned.condition = .honoured }
                if answer.isSuccess { learned.condition = .absent }
            }
        }
        dialect.withLock { $0 = learned }
    }
}
