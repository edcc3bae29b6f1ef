import KubernetesObjects

/// The clock and the randomness of a sandbox, injected so that tests decide them.
struct SandboxEnvironment: Sendable {
    let now: @Sendable () -> Timestamp
    /// Gives as many random bytes as asked for.
    let random: @Sendable (Int) -> [UInt8]

    /// A random UUID (version 4, RFC 9562) in its usual text form.
    func newUID() -> String {
        var bytes = random(16)
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text.append(0x2D) }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The five random characters that `generateName` appends, from the letters and digits that the API server uses.
    func nameSuffix(_ length: Int = 5) -> String {
        let characters = Array("bcdfghjklmnpqrstvwxz2456789")
        return String(random(length).map { characters[Int($0) % characters.count] })
    }
}
