internal import KubernetesAPI
internal import KubernetesObjects
internal import Subprocess
internal import SystemPackage

/// A cluster that a command makes, such as kind or k3d, as the target of a drill.
enum CommandTarget {
    /// Runs the command; the last line that it prints is the path of a kubeconfig.
    static func open(provision: [String], tearDown: [String], _ environment: DrillEnvironment)
        async throws(LifeboatError) -> TargetCluster
    {
        let output = try await run(provision, environment)
        guard let path = output.split(separator: "\n").last.map(String.init), path.hasPrefix("/") else {
            _ = await takeAway(tearDown, environment)
            throw LifeboatError(
                .drillTargetUnavailable,
                "the command “\(provision.first ?? "")” printed no absolute path of a kubeconfig as its last line",
                remedy: "let it print one, for example with `echo /tmp/kubeconfig` at its end"
            )
        }
        do throws(LifeboatError) {
            let client = try ClusterClient(
                try ClusterConfiguration.load(environment: environment.variables, path: path)
            )
            return TargetCluster(
                kind: "command",
                isThrowaway: true,
                client: client,
                isolation: "a cluster that “\(provision.first ?? "")” made for this drill"
            ) {
                client.close()
                return await takeAway(tearDown, environment)
            }
        } catch {
            _ = await takeAway(tearDown, environment)
            throw error
        }
    }

    private static func takeAway(_ command: [String], _ environment: DrillEnvironment) async -> [String] {
        guard !command.isEmpty else { return ["the drill names no command that takes the cluster away"] }
        do throws(LifeboatError) {
            _ = try await run(command, environment)
            return []
        } catch {
            return [error.message]
        }
    }

    private static func run(_ command: [String], _ environment: DrillEnvironment) async throws(LifeboatError) -> String
    {
        guard let program = command.first else { throw LifeboatError(.usage, "the drill's command is empty") }
        var keys: [Subprocess.Environment.Key: String] = [:]
        for (name, value) in environment.variables {
            if let key = Subprocess.Environment.Key(rawValue: name) { keys[key] = value }
        }
        do {
            let result = try await Subprocess.run(
                program.contains("/") ? .path(FilePath(program)) : .name(program),
                arguments: Arguments(Array(command.dropFirst())),
                environment: .custom(keys),
                output: .string(limit: 1 << 20),
                error: .discarded
            )
            guard result.terminationStatus.isSuccess else {
                throw LifeboatError(
                    .drillTargetUnavailable,
                    "the command “\(program)” ended with \(result.terminationStatus)",
                    remedy: "run it by hand and see why"
                )
            }
            return result.standardOutput
        } catch let error as LifeboatError {
            throw error
        } catch is CancellationError {
            throw LifeboatError(.cancelled, "cancelled while “\(program)” ran")
        } catch {
            throw LifeboatError(.drillTargetUnavailable, "the command “\(program)” could not be started: \(error)")
        }
    }
}
