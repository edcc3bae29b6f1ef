package import ArgumentParser

/// `lifeboat files`: the data of volumes, and any other files.
package struct FilesCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "files",
        abstract: "Back up and restore the files of volumes and folders, in the same repository.",
        discussion: """
            Runs where the files are: in a pod or on a node that has the volume mounted. Contents are cut into chunks, stored once and \
            encrypted; snapshots of files are listed, compared, checked, forgotten and pruned as those of clusters are.
            """,
        subcommands: [FilesBackupCommand.self, FilesRestoreCommand.self, FilesLsCommand.self, FilesCatCommand.self]
    )

    package init() {}
}
