import Testing

@testable import Archive

private let random: RandomBytes = { RepeatableRandom(UInt64($0)).bytes($0) }

private func identity(_ seed: UInt8, hybrid: Bool = false) -> AgeIdentity {
    let secret = SecretBytes([UInt8](repeating: seed, count: 32))
    return hybrid ? .hybrid(secret) : .x25519(secret)
}

private func recipient(_ seed: UInt8, hybrid: Bool = false) throws -> AgeRecipient {
    try #require(try identity(seed, hybrid: hybrid).recipient())
}

@Suite struct `Age files` {
    @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000], [false, true])
    func `come back as they went in`(size: Int, hybrid: Bool) throws {
        let plaintext = RepeatableRandom(7).bytes(size)
        let file = try AgeFile.encrypt(plaintext, to: [recipient(1, hybrid: hybrid)], random: random)
        #expect(try AgeFile.decrypt(file, with: [identity(1, hybrid: hybrid)]) == plaintext)
        let armored = Array(AgeArmor.encode(file).utf8)
        #expect(try AgeFile.decrypt(armored, with: [identity(1, hybrid: hybrid)]) == plaintext)
        #expect(throws: AgeError.noMatchingIdentity) {
            try AgeFile.decrypt(file, with: [identity(2, hybrid: hybrid), identity(1, hybrid: !hybrid)])
        }
    }

    @Test func `a file for several recipients opens for each of them`() throws {
        let file = try AgeFile.encrypt([1, 2, 3], to: [recipient(1), recipient(2), recipient(3)], random: random)
        for seed in UInt8(1)...3 { #expect(try AgeFile.decrypt(file, with: [identity(seed)]) == [1, 2, 3]) }
    }

    @Test func `a passphrase opens its file and another does not`() throws {
        let right = SecretBytes(Array("right".utf8))
        let file = try AgeFile.encrypt([9], to: [.passphrase(right, workFactor: 2)], random: random)
        #expect(try AgeFile.decrypt(file, with: [.passphrase(right)]) == [9])
        for wrong in ["wrong", "right ", "Right", ""] {
            #expect(throws: AgeError.wrongPassphrase) {
                try AgeFile.decrypt(file, with: [.passphrase(SecretBytes(Array(wrong.utf8)))])
            }
        }
    }

    @Test func `a change of any bit of a small file is refused`() throws {
        let file = try AgeFile.encrypt([1, 2, 3], to: [recipient(1)], random: random)
        for index in file.indices {
            for bit in 0..<8 {
                var changed = file
                changed[index] ^= 1 << bit
                #expect(throws: AgeError.self) { try AgeFile.decrypt(changed, with: [identity(1)]) }
            }
        }
    }

    @Test func `a change of any byte of a file with a passphrase is refused`() throws {
        let secret = SecretBytes(Array("secret".utf8))
        let file = try AgeFile.encrypt([1, 2, 3], to: [.passphrase(secret, workFactor: 2)], random: random)
        for index in file.indices {
            var changed = file
            changed[index] ^= 1
            #expect(throws: AgeError.self) { try AgeFile.decrypt(changed, with: [.passphrase(secret)]) }
        }
    }

    @Test func `a file cut short or longer than it was is refused`() throws {
        let file = try AgeFile.encrypt(RepeatableRandom(3).bytes(65_536), to: [recipient(1)], random: random)
        for length in Array(0..<400) + Array((file.count - 40)..<file.count) {
            #expect(throws: AgeError.self) { try AgeFile.decrypt(Array(file.prefix(length)), with: [identity(1)]) }
        }
        #expect(throws: AgeError.self) { try AgeFile.decrypt(file + [0], with: [identity(1)]) }
    }

    @Test func `recipients that would weaken each other are not mixed`() throws {
        let hybrid = try recipient(1, hybrid: true)
        let passphrase = AgeRecipient.passphrase(SecretBytes([1]), workFactor: 2)
        for set in [[], [hybrid, try recipient(1)], [passphrase, passphrase], [passphrase, hybrid]] {
            #expect(throws: AgeError.self) { try AgeFile.encrypt([], to: set, random: random) }
        }
    }

    @Test func `what asks for too much is refused before the work is done`() throws {
        let body = String(repeating: "A", count: 43)
        let mac = "--- \(body)\n"
        for factor in ["23", "64", "99999999999999999999", "0", "01", "+2", "-1", "2 "] {
            let text = "age-encryption.org/v1\n-> scrypt AAAAAAAAAAAAAAAAAAAAAA \(factor)\n\(body)\n\(mac)"
            #expect(throws: AgeError.self) {
                try AgeFile.decrypt(Array(text.utf8), with: [.passphrase(SecretBytes([1]))])
            }
        }
        let many = String(repeating: "-> x\n\n", count: 2_000)
        #expect(throws: AgeError.tooExpensive("it has too many recipients")) {
            try AgeFile.decrypt(Array("age-encryption.org/v1\n\(many)\(mac)".utf8), with: [identity(1)])
        }
        let long = "-> x " + String(repeating: "y", count: 3 << 20)
        #expect(throws: AgeError.self) {
            try AgeFile.decrypt(Array("age-encryption.org/v1\n\(long)\n\n\(mac)".utf8), with: [identity(1)])
        }
    }

    @Test func `a passphrase mixed with another stanza is refused`() throws {
        let body = String(repeating: "A", count: 43)
        let text = "age-encryption.org/v1\n-> scrypt AAAAAAAAAAAAAAAAAAAAAA 2\n\(body)\n-> x\n\n--- \(body)\n"
        #expect(throws: AgeError.malformed("it mixes a passphrase with other recipients")) {
            try AgeFile.decrypt(Array(text.utf8), with: [.passphrase(SecretBytes([1]))])
        }
    }

    @Test(arguments: [
        "AAAA\n", " -----END AGE ENCRYPTED FILE-----\n", "-----END AGE ENCRYPTED FILE-----\nmore",
        "AA=\n-----END AGE ENCRYPTED FILE-----\n", "AAA=\nAAAA\n-----END AGE ENCRYPTED FILE-----\n",
        "AAB=\n-----END AGE ENCRYPTED FILE-----\n",
    ])
    func `armor that is not strict is refused`(rest: String) {
        #expect(throws: AgeError.self) {
            try AgeArmor.decode(Array("-----BEGIN AGE ENCRYPTED FILE-----\n\(rest)".utf8))
        }
    }
}

@Suite struct `Age keys` {
    @Test(arguments: [false, true]) func `their texts come back as they went in`(hybrid: Bool) throws {
        let private1 = identity(5, hybrid: hybrid)
        let text = try #require(private1.text)
        #expect(text.hasPrefix(hybrid ? "AGE-SECRET-KEY-PQ-1" : "AGE-SECRET-KEY-1"))
        let publicText = try #require(try recipient(5, hybrid: hybrid).text)
        #expect(publicText.hasPrefix(hybrid ? "age1pq1" : "age1"))
        #expect(try AgeIdentity(parsing: text).recipient() == AgeRecipient(parsing: publicText))
    }

    @Test func `a text with any character changed is refused`() throws {
        let text = Array(try #require(try recipient(5).text).utf8)
        for index in text.indices {
            var changed = text
            changed[index] = changed[index] == UInt8(ascii: "q") ? UInt8(ascii: "p") : UInt8(ascii: "q")
            #expect(throws: AgeError.self) { try AgeRecipient(parsing: String(decoding: changed, as: UTF8.self)) }
        }
        let mixed = "A" + String(decoding: text, as: UTF8.self).dropFirst()
        for wrong in ["", "age1", "1", mixed, try #require(identity(5).text)] {
            #expect(throws: AgeError.self) { try AgeRecipient(parsing: wrong) }
        }
    }

    @Test func `a secret does not show in a description`() throws {
        let secret = SecretBytes(Array("hidden".utf8))
        #expect("\(secret)" == "[secret]")
        #expect(String(reflecting: secret) == "[secret]")
        var text = ""
        dump(AgeIdentity.passphrase(secret), to: &text)
        #expect(!text.contains("104") && !text.contains("hidden"))
    }
}
