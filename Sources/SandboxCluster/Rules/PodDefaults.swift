import KubernetesObjects

/// The defaults of a Pod's spec, which is also the template of every workload.
enum PodDefaults {
    /// Sets what the API server sets in every pod spec.
    static func apply(to spec: inout JSONValue) {
        guard spec.object != nil else { return }
        spec.setDefault("Always", "restartPolicy")
        spec.setDefault(30, "terminationGracePeriodSeconds")
        spec.setDefault("ClusterFirst", "dnsPolicy")
        spec.setDefault([:], "securityContext")
        spec.setDefault("default-scheduler", "schedulerName")
        if let account = spec["serviceAccountName"] ?? spec["serviceAccount"] {
            spec.setDefault(account, "serviceAccountName")
            spec.setDefault(account, "serviceAccount")
        }
        let isHostNetwork = spec["hostNetwork"]?.bool == true
        for list in ["initContainers", "containers", "ephemeralContainers"] {
            spec.editEach(list) { container(&$0, isHostNetwork: isHostNetwork) }
        }
        spec.editEach("volumes", body: volume)
        spec.editEach("topologySpreadConstraints") { $0.setDefault("DoNotSchedule", "whenUnsatisfiable") }
    }

    /// Sets what only a Pod itself gets: links to services, tolerations and the priority.
    static func applyToPod(_ pod: inout JSONValue) {
        pod.setDefault([:], "spec")
        pod.edit("spec") { spec in
            spec.setDefault(true, "enableServiceLinks")
            for list in ["initContainers", "containers"] {
                spec.editEach(list) { container in
                    for limit in container["resources", "limits"]?.object?.members ?? [] {
                        container.setDefault(limit.value, "resources", "requests", limit.key)
                    }
                }
            }
        }
        pod.setDefault("Pending", "status", "phase")
        pod.setDefault(.string(qualityOfService(pod)), "status", "qosClass")
    }

    private static func container(
        _ container: inout JSONValue,
        isHostNetwork: Bool
    ) {
        let image = container.text("image")
        container.setDefault(.string(isLatest(image) ? "Always" : "IfNotPresent"), "imagePullPolicy")
        container.setDefault([:], "resources")
        container.setDefault("/dev/termination-log", "terminationMessagePath")
        container.setDefault("File", "terminationMessagePolicy")
        container.editEach("ports") { port in
            port.setDefault("TCP", "protocol")
            if isHostNetwork, let number = port["containerPort"] { port.setDefault(number, "hostPort") }
        }
        for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
            container.edit(probe) { probe in
                probe.setDefault(1, "timeoutSeconds")
                probe.setDefault(10, "periodSeconds")
                probe.setDefault(1, "successThreshold")
                probe.setDefault(3, "failureThreshold")
                handler(&probe)
            }
        }
        for hook in ["postStart", "preStop"] {
            container.edit(at: ["lifecycle", hook], body: handler)
        }
        container.editEach("env") { variable in
            variable.edit("valueFrom", "fieldRef") { $0.setDefault("v1", "apiVersion") }
        }
    }

    private static func handler(_ handler: inout JSONValue) {
        handler.edit("httpGet") { get in
            get.setDefault("/", "path")
            get.setDefault("HTTP", "scheme")
        }
        handler.edit("grpc") { $0.setDefault("", "service") }
    }

    private static func volume(_ volume: inout JSONValue) {
        guard let source = volume.object?.members.first(where: { $0.key != "name" && !$0.value.isNull }) else {
            volume["emptyDir"] = [:]
            return
        }
        volume.edit(source.key) { value in
            switch source.key {
            case "secret", "configMap", "downwardAPI": value.setDefault(420, "defaultMode")
            case "projected":
                value.setDefault(420, "defaultMode")
                value.editEach("sources") { source in
                    source.edit("serviceAccountToken") { $0.setDefault(3600, "expirationSeconds") }
                }
            case "hostPath": value.setDefault("", "type")
            default: break
            }
            if source.key == "downwardAPI" || source.key == "projected" {
                value.editEach("items") { item in item.edit("fieldRef") { $0.setDefault("v1", "apiVersion") } }
                value.editEach("sources") { source in
                    source.edit("downwardAPI") { projection in
                        projection.editEach("items") { $0.edit("fieldRef") { $0.setDefault("v1", "apiVersion") } }
                    }
                }
            }
        }
    }

    private static func isLatest(_ image: String) -> Bool {
        if image.contains("@") { return false }
        let last = image.split(separator: "/").last ?? ""
        guard let colon = last.lastIndex(of: ":") else { return true }
        return last[last.index(after: colon)...] == "latest"
    }

    /// Guaranteed, Burstable or BestEffort, by the requests and limits of the containers.
    private static func qualityOfService(_ pod: JSONValue) -> String {
        let containers = pod.elements("spec", "initContainers") + pod.elements("spec", "containers")
        let resources = containers.map { $0["resources"] ?? [:] }
        if resources.allSatisfy({ ($0["limits"]?.object?.isEmpty ?? true) && ($0["requests"]?.object?.isEmpty ?? true) }
        ) {
            return "BestEffort"
        }
        let isGuaranteed = resources.allSatisfy { resource in
            ["cpu", "memory"].allSatisfy { name in
                guard let limit = resource["limits", name] else { return false }
                return resource["requests", name].map { $0 == limit } ?? true
            }
        }
        return isGuaranteed ? "Guaranteed" : "Burstable"
    }
}
