package import ArgumentParser
internal import Archive
internal import Backup
internal import KubernetesObjects

/// `lifeboat import velero`: reads a backup of Velero as a snapshot.
package struct ImportVeleroCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "velero",
        abstract: "Read a backup of Velero as a snapshot.",
        discussion: """
            PATH is the folder backups/NAME of the bucket, as s3://BUCKET/PREFIX/backups/NAME?OPTIONS (docs/stores.md) or as a copy, or the \
            archive NAME.tar.gz in it, such as `velero backup download` fetches. The snapshot has the time of the backup and can be listed, compared, checked and restored like any other. Files of \
            volumes are not in it. Objects that cannot be read are named in the result, and the exit status is then 3.
            """
    )

    @Argument(help: "Folder of the backup or its archive, also in a bucket (s3://…) or behind sftp://.")
    package var path: String

    @Option(help: "What the cluster is called in the list of snapshots.")
    package var cluster = "velero"

    @OptionGroup package var repository: RepositoryOptions
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func run() async throws {
        let reading = VeleroImport(
            repository: try repository.open(),
            clusterName: cluster,
            toolVersion: LifeboatCommand.version,
            now: { SystemClock.now() }
        )
        let (folder, archive) = VeleroBackup.split(path)
        let store = try StoreLocation(parsing: folder).store(RepositoryOptions.storeEnvironment)
        let result = try reading.run(try VeleroBackup(in: store, archive: archive))
        try output.print(result.json) { Self.text(result) }
        guard result.isComplete else { throw StatusOnly(.incomplete) }
    }

    private static func text(_ result: VeleroImport.Result) -> String {
        var lines = [
            "Snapshot \(result.snapshot.id.prefix(12)) from the backup \(result.backup) of \(result.snapshot.takenAt): \(result.objects) objects, \(Figure.bytes(result.bytesAdded)) added."
        ]
        lines += result.warnings.map { "! \($0)" }
        for item in result.incomplete {
            lines.append("✘ not taken: \(item.resource)\(item.namespace.map { " in \($0)" } ?? ""): \(item.reason)")
        }
        return lines.joined(separator: "\n")
    }
}
