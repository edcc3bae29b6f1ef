package import ArgumentParser
internal import KubernetesObjects
internal import Policies

/// `lifeboat drill list`: the drills that are there.
package struct DrillListCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the restore drills that are defined."
    )

    @Option(help: "Folder with one folder a drill.")
    package var drills = "restore-drills"

    @OptionGroup package var output: OutputOptions

    package init() {}

    package func run() async throws {
        let found = try DrillDefinition.all(in: drills).sorted { $0.name < $1.name }
        let json: [JSONValue] = found.map { drill in
            var value = JSONObject()
            value["name"] = .string(drill.name)
            value["title"] = .string(drill.title)
            value["scenario"] = .string(drill.scenario)
            value["target"] = .string(drill.target.description)
            value["schedule"] = drill.schedule.map { .string($0.text) } ?? .null
            return .object(value)
        }
        try output.print(["schemaVersion": "lifeboat.dr/v1", "drills": .array(json)]) {
            var table = Table("NAME", "TARGET", "SCHEDULE", "TITLE")
            for drill in found {
                let schedule = drill.schedule.map(\.text) ?? "–"
                table.add(drill.name, drill.target.description, schedule, drill.title)
            }
            return table.text
        }
    }
}
