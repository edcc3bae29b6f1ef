import Foundation
import KubernetesObjects
import Testing

@testable import Archive

/// What stores say about sizes is not believed: it would be memory that is asked for.
@Suite struct `Limits of what is read from stores` {
    @Test func `a file of a folder that is larger than any object is an error, and no memory is given to it`() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "lifeboat-store-\(UUID().uuidString)").path()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let store = FolderStore(path: path)
        #expect(try store.put("keys/a", [1]))
        #expect(truncate(path + "/keys/a", 1 << 40) == 0)
        let error = #expect(throws: LifeboatError.self) { try store.get("keys/a") }
        #expect(error?.code == .repositoryDamaged)
        #expect(error?.message.contains("keys/a") == true)
        #expect(error?.remedy.isEmpty == false)
        #expect(try store.get("keys/a", range: 0..<3) == [1, 0, 0])
        #expect(try store.size("keys/a") == 1 << 40)
    }
}
