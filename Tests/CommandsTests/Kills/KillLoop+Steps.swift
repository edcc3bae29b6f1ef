import Archive
import FoundationEssentials
import KubernetesObjects
import TestSupport
import Testing

@testable import enum Archive.Bech32

/// What is run and killed. The next run is never helped: it is what users would run anyway.
extension KillLoop {
    mutating func step(_ verb: KillVerb) async throws {
        switch verb {
        case .filesBackup: try await backup(ofFiles: true)
        case .backup: try await backup(ofFiles: false)
        case .forget, .forgetAndPrune: try await forget(verb)
        case .prune: _ = try await killed(verb, maintainer, ["prune", "--grace", "0s"])
        case .repair: try await repair()
        case .addRecipient: try await addRecipient()
        case .changePassphrase: try await changePassphrase()
        case .initialize: try await initialize()
        }
    }

    mutating func backup(ofFiles: Bool, isKilled: Bool = true) async throws {
        if ofFiles { try changeFiles() } else { try await changeCluster() }
        let (wanted, verb) = ofFiles ? (files, KillVerb.filesBackup) : (cluster, .backup)
        let arguments =
            (ofFiles ? ["files", "backup", source, "--name", "volume"] : ["backup", "-n", "kills"])
            + ["--output", "json"]
        let run =
            isKilled
            ? try await killed(verb, writer, arguments) : try await undisturbed(verb, writer, arguments)
        if !isKilled { #expect(run.status == 0, "\(store.rawValue): \(arguments) \(run.errors)") }
        // Whoever was told of a snapshot has it, whatever the status.
        if let id = (try? run.json)?["snapshot"]?.string {
            committed[id] = wanted
            order.append(id)
        } else {
            #expect(run.status != 0)
            candidates.append(wanted)
        }
    }

    private mutating func forget(_ verb: KillVerb) async throws {
        // Not the last of its kind, nor the last verified one: those are protected.
        let last = Set([true, false].compactMap { ofFiles in order.last { committed[$0]?.isOfFiles == ofFiles } })
        let choices = order.dropLast(3).filter { committed[$0] != nil && !last.union(lastVerified).contains($0) }
        guard let id = choices.randomElement(using: &generator) else {
            return try await backup(ofFiles: Bool.random(using: &generator), isKilled: false)
        }
        let more = verb == .forgetAndPrune ? ["--prune", "--grace", "0s"] : []
        let run = try await killed(verb, program, ["forget", id] + more)
        let expected = committed.removeValue(forKey: id)
        order.removeAll { $0 == id }
        if run.status == 0 { forgotten.insert(id) } else { doubtful[id] = expected }
    }

    /// Damages what a repair brings back whole, and kills repairs until one is faster.
    private mutating func repair() async throws {
        let names = try objects.list("").map(\.name)
        let twice = names.filter { $0.hasPrefix("keys/") && names.contains("copies/\($0)") }
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: try objects.delete("lifeboat.repo")
        case 1: try twice.randomElement(using: &generator).map { try objects.delete($0) }
        default:
            guard let pack = names.filter({ $0.hasPrefix("p/") }).randomElement(using: &generator),
                var bytes = try objects.get(pack)
            else { break }
            bytes[Int.random(in: bytes.indices, using: &generator)] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            try objects.delete(pack)
            #expect(try objects.put(pack, bytes))
        }
        var run = try await killed(.repair, program, ["repair"])
        for _ in 0..<2 where run.status == nil { run = try await killed(.repair, program, ["repair"]) }
        if run.status == nil { run = try await undisturbed(.repair, program, ["repair"]) }
        #expect(run.status == 0, "\(store.rawValue): repair \(run.output) \(run.errors)")
        if run.status != 0 { try keep("repair") }
    }

    private mutating func addRecipient() async throws {
        guard recipients.count < 8 else { return try await step(.prune) }
        var secret = generator.bytes(32)
        let identity = AgeIdentity.x25519(SecretBytes(erasing: &secret))
        guard case .x25519(let key)? = try identity.recipient() else { return }
        let path = "\(program.folder)/recipient-\(recipients.count)"
        try (identity.text ?? "").write(toFile: path, atomically: true, encoding: .utf8)
        recipients.append(path)
        let name = "person-\(recipients.count)"
        let arguments = ["key", "add-recipient", Bech32.encode("age", key), "--name", name, "--rewrap"]
        var run = try await killed(.addRecipient, program, arguments)
        // It did not say that it was done, so it is run again.
        if run.status == nil { run = try await undisturbed(.addRecipient, program, arguments) }
        #expect(run.status == 0, "\(store.rawValue): \(arguments) \(run.errors)")
        var own = reader
        own.identity = path
        let check = try await undisturbed(nil, own, ["check", "--read-data"])
        #expect(check.status == 0, "\(store.rawValue): a recipient that was added: \(check.output) \(check.errors)")
        _ = try await listVerified()
    }

    private mutating func changePassphrase() async throws {
        number += 1
        var changed = program
        changed.passphrase = "another phrase \(number)"
        let path = "\(program.folder)/new-passphrase"
        try changed.passphrase.write(toFile: path, atomically: true, encoding: .utf8)
        let arguments = ["key", "passphrase", "--new-password-file", path]
        let run = try await killed(.changePassphrase, program, arguments)
        if run.status == nil {
            // One of the two opens it, and the change is made when it is asked for again.
            let old = try await undisturbed(nil, program, arguments)
            let isRefused = old.errors.contains("[repository.wrong-key]")
            #expect(old.status == 0 || isRefused, "\(store.rawValue): \(old.errors)")
            if old.status != 0 {
                let new = try await undisturbed(nil, changed, arguments)
                #expect(new.status == 0, "\(store.rawValue): neither passphrase opens: \(new.errors)")
            }
        }
        let before = try await undisturbed(nil, program, ["snapshots"])
        #expect(before.status == 12, "\(store.rawValue): the old passphrase: \(before.output) \(before.errors)")
        program.passphrase = changed.passphrase
        // Cheap again.
        try opened().changePassphrase(to: Array(program.passphrase.utf8))
    }

    private mutating func initialize() async throws {
        number += 1
        var other = program
        other.location = store.location(program.folder, "other-\(number)")
        let run = try await killed(.initialize, other, ["init"])
        if run.status == nil {
            let again = try await undisturbed(.initialize, other, ["init", "--output", "json"])
            #expect(again.status == 0 || again.code == "repository.exists", "\(store.rawValue): \(again.errors)")
        }
        let backup = try await undisturbed(nil, other, ["files", "backup", source])
        #expect(backup.status == 0, "\(store.rawValue): after init: \(backup.errors)")
        let check = try await undisturbed(nil, other, ["check", "--read-data"])
        #expect(check.status == 0, "\(store.rawValue): after init: \(check.output) \(check.errors)")
    }
}
