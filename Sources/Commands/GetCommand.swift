package import ArgumentParser
internal import Archive
internal import KubernetesObjects

/// `lifeboat get`: one object of a snapshot as YAML.
package struct GetCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Print one object of a snapshot as YAML.",
        discussion: "Example: lifeboat get latest deployment/web -n shop"
    )

    @Argument(help: "Snapshot: latest, or the first characters of an id.")
    package var snapshot: String

    @Argument(help: "Resource or kind and name, such as deployment/web.")
    package var object: String

    @Option(name: [.short, .long], help: "Namespace of the object.")
    package var namespace: String?

    @OptionGroup package var repository: RepositoryOptions

    @Option(name: [.short, .long], help: "Form of the result: yaml or json.")
    package var output: OutputFormat = .yaml

    package init() {}

    package func run() async throws {
        guard let (kind, name) = object.splitOnce("/"), !name.isEmpty else {
            throw LifeboatError(
                .usage,
                "“\(object)” does not name an object",
                remedy: "write it as KIND/NAME, for example deployment/web"
            )
        }
        let opened = try repository.open()
        let reader = try opened.reader(opened.snapshot(snapshot))
        let matches = try reader.resources().filter { ObjectFilterOptions.matches($0, kind) }
            .flatMap { try reader.entries($0, namespace: namespace) }
            .filter { $0.name == name }
        guard let entry = matches.first else {
            throw LifeboatError(
                .objectNotFound,
                "snapshot \(reader.snapshot.id.prefix(12)) has no \(object)\(namespace.map { " in namespace \($0)" } ?? "")",
                remedy: "list what it has with `lifeboat ls \(snapshot)`"
            )
        }
        guard matches.count == 1 else {
            let places = matches.map { $0.identity.description }.joined(separator: ", ")
            throw LifeboatError(
                .usage,
                "\(object) is in the snapshot \(matches.count) times: \(places)",
                remedy: "give --namespace"
            )
        }
        let bytes = try reader.bytes(entry)
        let value = try JSONValue(parsing: bytes)
        Terminal.result(output == .json ? value.prettyPrinted() : try YAMLDocuments.print(value))
    }
}
