import Archive
import FoundationEssentials
import TestSupport
import Testing

/// The stores on which the program is killed, where the real part is here.
enum KillStore: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case folder = "a folder"
    case sftp = "a folder of sshd"
    case s3 = "a bucket of SeaweedFS"

    var testDescription: String { rawValue }

    static var available: [KillStore] {
        allCases.filter { $0 == .folder || ($0 == .sftp ? RealParts.sftp : RealParts.s3) != nil }
    }

    /// A repository in this store, as users write its place.
    func location(_ folder: String, _ name: String) -> String {
        switch self {
        case .folder: "\(folder)/\(name)"
        case .sftp: "sftp://lifeboat-sshd\(folder)/\(name)?ssh-config=\(RealParts.sftp ?? "")/ssh_config"
        case .s3:
            "s3://lifeboat-kills/\(URL(filePath: folder).lastPathComponent)-\(name)?endpoint=\(RealParts.s3 ?? "")"
        }
    }

    var variables: [String: String] { self == .s3 ? RealParts.s3Keys : [:] }

    /// The objects of a repository, beside the program.
    func objects(_ location: String) throws -> any ObjectStore {
        try StoreLocation(parsing: location).store(
            StoreEnvironment(
                variables: ProcessInfo.processInfo.environment.merging(variables) { _, own in own },
                readFile: { _ in nil },
                now: TestClock.now,
                pause: { _ in },
                random: TestClock.random
            )
        )
    }
}

/// What is killed.
enum KillVerb: String, CaseIterable, Sendable {
    case filesBackup = "files backup"
    case backup
    case forget
    case forgetAndPrune = "forget --prune"
    case prune = "prune --grace 0s"
    case repair
    case addRecipient = "key add-recipient --rewrap"
    case changePassphrase = "key passphrase"
    case initialize = "init"

    /// Of so many kills in a hundred.
    var weight: Int {
        switch self {
        case .filesBackup: 32
        case .backup: 15
        case .forget, .forgetAndPrune: 10
        case .prune: 22
        case .repair: 6
        case .addRecipient: 3
        case .changePassphrase, .initialize: 1
        }
    }

    /// Where in a run kills begin. Deriving a key from a passphrase takes nearly all of some runs and touches no store.
    var firstMoment: Double { self == .initialize || self == .changePassphrase ? 0.85 : 0 }
}

/// Moments, verbs and contents that are the same for the same seed.
struct KillGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func verb() -> KillVerb {
        var rest = Int.random(in: 0..<KillVerb.allCases.reduce(0) { $0 + $1.weight }, using: &self)
        for verb in KillVerb.allCases {
            rest -= verb.weight
            if rest < 0 { return verb }
        }
        return .filesBackup
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 8)
        while bytes.count < count { withUnsafeBytes(of: next()) { bytes += $0 } }
        return bytes
    }
}

/// How long the verbs run on this store, and what became of the kills.
struct KillMoments {
    /// What a run takes before it can do anything, in milliseconds.
    private var start = 1
    private var lengths: [KillVerb: Double] = [:]
    private(set) var hits: [KillVerb: Int] = [:]
    private(set) var misses: [KillVerb: Int] = [:]
    private(set) var checks = 0
    private(set) var comparisons = 0

    var hit: Int { hits.values.reduce(0, +) }
    var missed: Int { misses.values.reduce(0, +) }

    mutating func measured(start: Int) { self.start = start }
    mutating func checked() { checks += 1 }
    mutating func compared() { comparisons += 1 }

    /// Whether an undisturbed run of the verb was seen.
    func knows(_ verb: KillVerb) -> Bool { lengths[verb] != nil }

    mutating func undisturbed(_ verb: KillVerb, _ milliseconds: Int) {
        lengths[verb] = lengths[verb].map { $0 * 0.7 + Double(milliseconds) * 0.3 } ?? Double(milliseconds)
    }

    func moment(_ verb: KillVerb, _ generator: inout KillGenerator) -> Int {
        let end = max(Int(lengths[verb] ?? 200), start + 10)
        let first = max(start, Int(Double(end) * verb.firstMoment))
        return Int.random(in: first..<max(end, first + 2), using: &generator)
    }

    mutating func killed(_ verb: KillVerb, isHit: Bool, _ milliseconds: Int) {
        if isHit {
            hits[verb, default: 0] += 1
            // Runs that have become longer are found out like this.
            lengths[verb, default: 200] *= 1.01
        } else {
            misses[verb, default: 0] += 1
            undisturbed(verb, milliseconds)
        }
    }

    var table: String {
        KillVerb.allCases.map { verb in
            let name = verb.rawValue + String(repeating: " ", count: 28 - verb.rawValue.count)
            return
                "  \(name) \(hits[verb] ?? 0) hit, \(misses[verb] ?? 0) too late, run of \(Int(lengths[verb] ?? 0)) ms"
        }
        .joined(separator: "\n")
    }
}
