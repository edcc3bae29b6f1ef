import Foundation
import KubernetesObjects
import Policies
import Testing

@testable import Readiness

@Suite struct `A catalogue of components` {
    private static func parse(_ component: String) throws -> ComponentCatalogue {
        try ComponentCatalogue.parse(
            "kind: ReadinessComponents\nspec:\n  components: [\(component)]\n",
            source: "mine.yaml"
        )
    }

    private static func message(_ component: String) -> String {
        let error = #expect(throws: LifeboatError.self) { try parse(component) }
        return error?.message ?? ""
    }

    @Test func `reads what a component is known by`() throws {
        let signature = try #require(
            try Self.parse("{id: a, row: monitoring, named: true, images: [a/b], note: old}").signatures.first
        )
        #expect(signature.id == "a" && signature.section == .monitoring && signature.isNamedByChecklist)
        #expect(signature.images == ["a/b"] && signature.note == "old" && !signature.enforcesNetworkPolicies)
    }

    @Test func `names the component and the field that is wrong`() {
        #expect(Self.message("{row: monitoring}") == "mine.yaml: a component has no id")
        #expect(
            Self.message("{id: a, row: kitchen}") == "mine.yaml: the component a belongs to no row of the checklist"
        )
        #expect(
            Self.message("{id: a, row: monitoring, image: [b]}")
                == "mine.yaml: the component a has an unknown field “image”"
        )
    }

    @Test func `leaves documents of other kinds alone`() throws {
        let text = "kind: ReadinessCheck\nspec: {components: [{id: a}]}\n"
        #expect(try ComponentCatalogue.parse(text, source: "mine.yaml").signatures.isEmpty)
    }

    @Test func `is read from all files of a folder, and a component stands in one of them`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "components-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func write(_ name: String, _ id: String) throws {
            let text = "kind: ReadinessComponents\nspec: {components: [{id: \(id), row: monitoring}]}\n"
            try Data(text.utf8).write(to: folder.appending(path: name))
        }
        try write("b.yaml", "second")
        try write("a.yml", "first")
        try write("c.txt", "third")
        #expect(try ComponentCatalogue.load(folder: folder.path()).signatures.map(\.id) == ["first", "second"])
        try write("d.yaml", "first")
        let error = #expect(throws: LifeboatError.self) { try ComponentCatalogue.load(folder: folder.path()) }
        #expect(error?.message.contains("the component first stands twice") == true)
        #expect(throws: LifeboatError.self) { try ComponentCatalogue.load(folder: folder.path() + "/none") }
    }
}
