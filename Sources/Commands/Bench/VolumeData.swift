internal import FoundationEssentials
internal import KubernetesObjects

/// Data as volumes have it, in a folder, and what changes of it between two backups.
enum VolumeData: String, CaseIterable {
    case sources
    case database
    case random

    /// Writes the data, and again with `isChanged`, in which a part differs.
    func write(to folder: String, megabytes: Int, isChanged: Bool) throws {
        try Environment.makeFolder(folder)
        switch self {
        case .sources: try Self.writeSources(folder, megabytes, isChanged)
        case .database:
            try Environment.write(Self.database(megabytes << 20, isChanged), to: "\(folder)/data.db")
        case .random:
            var bytes = SystemRandom(seed: 3).bytes(megabytes << 20)
            // In the midst something is inserted.
            if isChanged { bytes.insert(contentsOf: SystemRandom(seed: 4).bytes(4321), at: bytes.count / 2) }
            try Environment.write(bytes, to: "\(folder)/archive.bin")
        }
    }

    private static let words = """
        func struct return guard let var if else for in where switch case default import package internal private static throws try await \
        repository snapshot object resource namespace name version count index value result error message bytes range page list store key
        """
        .split(separator: " ").map(String.init)

    /// Files of 1 to 30 kB, of lines of words; every hundredth changes.
    private static func writeSources(_ folder: String, _ megabytes: Int, _ isChanged: Bool) throws {
        var random = SystemRandom(seed: 1)
        var total = 0
        var number = 0
        while total < megabytes << 20 {
            var text = "// File \(number)\n"
            let size = 1000 + Int(random.next() % 29_000)
            while text.utf8.count < size {
                let indent = String(repeating: "    ", count: Int(random.next() % 4))
                let line = (0..<4 + Int(random.next() % 8)).map { _ in
                    random.next() % 5 == 0
                        ? "name\(random.next() % 4000)" : words[Int(random.next() % UInt64(words.count))]
                }
                text += indent + line.joined(separator: " ") + "\n"
            }
            if isChanged, number % 100 == 0 { text += "// changed\n" }
            let place = "\(folder)/module-\(number % 40)"
            try Environment.makeFolder(place)
            if !isChanged || number % 100 == 0 {
                try Environment.write(Array(text.utf8), to: "\(place)/file-\(number).swift")
            }
            total += text.utf8.count
            number += 1
        }
    }

    /// Pages of 8 kB with rows of text and numbers, a third of them empty; every hundredth changes.
    private static func database(_ count: Int, _ isChanged: Bool) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        var number = 0
        while bytes.count < count {
            var random = SystemRandom(seed: UInt64(number) &* 7 &+ (isChanged && number % 100 == 0 ? 1_000_003 : 0))
            var page = Array("PAGE \(number) ".utf8)
            while page.count < 5400 {
                let row = "\(random.next() % 100_000)|customer-\(random.next() % 9999)|active|\(random.next())|EUR|"
                page += Array(row.utf8)
            }
            page += [UInt8](repeating: 0, count: 8192 - page.count)
            bytes += page
            number += 1
        }
        return bytes
    }
}

/// Bytes that look random and are the same in each run.
struct SystemRandom {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state &* 0x2545_F491_4F6C_DD1D >> 8
    }

    func bytes(_ count: Int) -> [UInt8] {
        var copy = self
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            for index in 0..<count { buffer[index] = UInt8(truncatingIfNeeded: copy.next()) }
            initialized = count
        }
    }
}
