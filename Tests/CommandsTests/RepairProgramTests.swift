import FoundationEssentials
import KubernetesObjects
import Testing

/// `lifeboat repair`, with the program itself.
@Suite struct `Repairing` {
    @Test func `brings back lost keys and what is good of a damaged pack, and says what is lost`() async throws {
        try await LifeboatProgram.withSandbox { program in
            #expect(try await program.run("backup").status == 0)
            let nothing = try await program.run("repair")
            #expect(nothing.status == 0, "\(nothing.errors)")
            #expect(try nothing.json["packs"] == [])

            let files = FileManager.default
            let repository = program.repository
            try files.removeItem(atPath: repository + "/lifeboat.repo")
            let folder = repository + "/p"
            let inner = folder + "/" + (try #require(try files.contentsOfDirectory(atPath: folder).first))
            let pack = inner + "/" + (try #require(try files.contentsOfDirectory(atPath: inner).first))
            var bytes = [UInt8](try #require(files.contents(atPath: pack)))
            // In the body, where documents stand.
            for offset in [0, 9, 30] { bytes[bytes.count / 4 + offset] ^= 0xA5 }
            try files.removeItem(atPath: pack)
            #expect(files.createFile(atPath: pack, contents: Data(bytes)))

            #expect(try await program.run("snapshots").status == 10)
            let plan = try await program.run("repair", "--dry-run")
            #expect(plan.status == 0, "\(plan.errors)")
            #expect(try plan.json["keysRestored"] == ["lifeboat.repo"])
            #expect(try plan.json["isComplete"] == false)
            #expect(!files.fileExists(atPath: repository + "/lifeboat.repo"))
            let repaired = try await program.run("repair")
            #expect(repaired.status == 3, "\(repaired.errors)")
            #expect(try repaired.json["keysRestored"] == ["lifeboat.repo"])
            let lost = try repaired.json["packs"]?.array?.first?["blobsLost"]?.int ?? 0
            #expect(lost > 0)
            let check = try await program.run("check")
            #expect(check.status == 1)

            // The cluster still has what was lost.
            #expect(try await program.run("backup").status == 0)
            #expect(try await program.run("check", "--read-data").status == 0)
            #expect(try await program.run("repair", "--discard-quarantine").json["objectsDeleted"] == 1)
            #expect(try await program.run("repair", "--dry-run", "--discard-quarantine").status == 64)
        }
    }
}
