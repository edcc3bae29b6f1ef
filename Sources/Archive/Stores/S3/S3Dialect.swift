/// What a server understands of the headers that not every S3-compatible server knows.
struct S3Dialect: Equatable {
    enum Condition: Equatable {
        /// Sent, and not yet seen to be honoured.
        case assumed
        /// Honoured: the server itself keeps two writers apart.
        case honoured
        /// Ignored or refused: the store looks before it writes, which leaves a moment in between.
        case absent
    }

    var condition: Condition
    /// `x-amz-checksum-sha256`; without it `Content-MD5`, which every server knows.
    var sendsChecksums: Bool

    init(condition: Condition, sendsChecksums: Bool) {
        self.condition = condition
        self.sendsChecksums = sendsChecksums
    }

    init(_ location: S3Location, isAWS: Bool) {
        condition =
            switch location.hasConditionalPut {
            case true?: .honoured
            case false?: .absent
            case nil: isAWS ? .honoured : .assumed
            }
        sendsChecksums = location.hasChecksums ?? true
    }

    /// What to try after a server has refused a header: without the checksum, without the condition, without both.
    func fallbacks(_ location: S3Location) -> [S3Dialect] {
        let checksums = sendsChecksums && location.hasChecksums == nil ? [sendsChecksums, false] : [sendsChecksums]
        let conditions = condition == .assumed ? [Condition.assumed, .absent] : [condition]
        return conditions.flatMap { condition in
            checksums.map { S3Dialect(condition: condition, sendsChecksums: $0) }
        }
    }

    /// Whether an answer may mean that the server does not know a header.
    static func mayRefuseHeader(_ answer: WebAnswer) -> Bool {
        switch (answer.status, answer.errorCode) {
        case (501, _), (400, nil): true
        case (400, let code?):
            ["InvalidArgument", "InvalidRequest", "NotImplemented", "InvalidHeader", "UnsupportedHeader", "BadRequest"]
                .contains(code)
        default: false
        }
    }
}
