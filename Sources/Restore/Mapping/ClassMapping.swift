import KubernetesObjects

/// Other classes of storage and of Ingresses, wherever an object names one. The classes themselves keep their names.
enum ClassMapping {
    static func storage(_ mapping: [String: String], _ object: inout JSONValue, _ kind: GroupKind) {
        func claim(_ prefix: String) {
            object.map(FieldPath("\(prefix)spec/storageClassName"), mapping)
            object.change(FieldPath("\(prefix)metadata/annotations")) { annotations in
                let key = "volume.beta.kubernetes.io/storage-class"
                if let new = annotations[key]?.string.flatMap({ mapping[$0] }) { annotations[key] = .string(new) }
            }
        }
        switch (kind.group, kind.kind) {
        case ("", "PersistentVolumeClaim"), ("", "PersistentVolume"): claim("")
        case ("apps", "StatefulSet"): claim("spec/volumeClaimTemplates/*/")
        case ("monitoring.coreos.com", _): object.map("spec/storage/volumeClaimTemplate/spec/storageClassName", mapping)
        default: break
        }
        // Claims that live as long as a Pod.
        if let path = PodSpecPath.of(kind) { claim("\(path)/volumes/*/ephemeral/volumeClaimTemplate/") }
    }

    static func ingress(_ mapping: [String: String], _ object: inout JSONValue, _ kind: GroupKind) {
        guard kind.kind == "Ingress" else { return }
        object.map("spec/ingressClassName", mapping)
        object.change("metadata/annotations") { annotations in
            let key = "kubernetes.io/ingress.class"
            if let new = annotations[key]?.string.flatMap({ mapping[$0] }) { annotations[key] = .string(new) }
        }
    }
}
