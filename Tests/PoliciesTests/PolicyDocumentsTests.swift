import KubernetesObjects
import Policies
import Testing

@Suite struct `Policy documents` {
    private func problems(_ text: String) -> [String] {
        do {
            _ = try PolicySet.parse(text, source: "p.yaml")
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    /// A drill with these lines in its spec.
    private func drill(_ lines: String...) -> String {
        """
        apiVersion: lifeboat.dr/v1
        kind: RestoreDrill
        metadata: {name: d}
        spec:
          title: T
          scenario: S
          target: sandbox
        \(lines.map { "  \($0)" }.joined(separator: "\n"))
        """
    }

    @Test func `a backup policy is read with all its fields`() throws {
        let text = """
            apiVersion: lifeboat.dr/v1
            kind: BackupPolicy
            metadata:
              name: nightly
              labels: {team: platform}
            spec:
              context: prod-eu
              selection:
                namespaces: {include: ["shop-*", base], exclude: [shop-test]}
                resources:
                  exclude: [events.events.k8s.io]
                labelSelector: "tier in (a, b)"
                clusterResources: include
              schedule:
                cron: 0 2 * * *
                timeZone: Europe/Berlin
                jitter: 10m
                catchUpWithin: 12h
              retention: {keepLast: 3, keepDaily: 7, keepMonthly: unlimited, keepWithin: 2y5m7d3h, keepWithinHourly: 36h, keepTags: [legal-hold], minimum: 2}
              freshnessMarker: {namespace: lifeboat, name: freshness}
              allowCachedLists: true
            """
        let policy = try #require(try PolicySet.parse(text, source: "p.yaml").backup(named: "nightly"))
        let expected = BackupPolicy(
            name: "nightly",
            context: "prod-eu",
            selection: ObjectSelection(
                includedNamespaces: ["shop-*", "base"],
                excludedNamespaces: ["shop-test"],
                excludedResources: ["events.events.k8s.io"],
                labelSelector: LabelSelector([.isIn(key: "tier", values: ["a", "b"])]),
                clusterResources: .include
            ),
            schedule: try Schedule(
                parsing: "0 2 * * *",
                timeZone: ScheduleTimeZone(named: "Europe/Berlin"),
                jitterSeconds: 600,
                jitterKey: "nightly",
                catchUpSeconds: 43_200
            ),
            retention: RetentionPolicy(
                keepLast: .exactly(3),
                keep: [.daily: .exactly(7), .monthly: .unlimited],
                keepWithin: .init(years: 2, months: 5, days: 7, hours: 3),
                keepWithinPeriod: [.hourly: .init(hours: 36)],
                keepTags: ["legal-hold"],
                minimum: 2
            ),
            freshnessMarker: FreshnessMarker(namespace: "lifeboat", name: "freshness"),
            allowsCachedLists: true,
            location: SourceLocation(file: "p.yaml")
        )
        #expect(policy == expected)
    }

    @Test func `a restore policy is read with its patches`() throws {
        let text = """
            apiVersion: lifeboat.dr/v1
            kind: RestorePolicy
            metadata: {name: move}
            spec:
              namespaceMapping: {shop: shop-copy}
              conflict: apply
              preserveNodePorts: true
              includeStatus: ["*.cert-manager.io"]
              conflictRules: [{resources: ["services", "*.apps"], conflict: merge}]
              waitForReadiness: {timeout: 5m}
              patches:
                - selection: {resources: [persistentvolumeclaims]}
                  names: ["data-*"]
                  json:
                    - {op: replace, path: /spec/storageClassName, value: fast}
                - selection: {resources: [services], labelSelector: {matchLabels: {app: web}}}
                  merge: {spec: {type: ClusterIP}}
            """
        let policy = try #require(try PolicySet.parse(text, source: "p.yaml").restore(named: "move"))
        #expect(policy.conflict == .apply)
        #expect(policy.conflict(of: GroupResource(group: "apps", resource: "deployments")) == .merge)
        #expect(policy.conflict(of: GroupResource(group: "", resource: "secrets")) == .apply)
        #expect(policy.readiness == ReadinessWait(isWanted: true, timeoutSeconds: 300))
        #expect(policy.includesStatus(of: GroupResource(group: "cert-manager.io", resource: "certificates")))
        let claims = GroupResource(group: "", resource: "persistentvolumeclaims")
        let first = try #require(policy.patches.first)
        #expect(first.selects(resource: claims, namespace: "shop", name: "data-0", labels: [:]))
        #expect(!first.selects(resource: claims, namespace: "shop", name: "logs-0", labels: [:]))
        #expect(try first.apply(to: ["spec": ["storageClassName": "slow"]]) == ["spec": ["storageClassName": "fast"]])
        #expect(throws: LifeboatError.self) { try first.apply(to: ["spec": [:]]) }
        #expect(
            try policy.patches[1].apply(to: ["spec": ["type": "LoadBalancer", "a": 1]])
                == ["spec": ["type": "ClusterIP", "a": 1]]
        )
    }

    @Test func `a drill is read with its target, objectives and damage`() throws {
        let text = drill(
            "source: {cluster: sandbox, backupFirst: true, workload: workload}",
            "objectives: {rto: 30m, rpo: 1d}",
            "restore: {selection: {namespaces: [shop]}}",
            "damage: [{deleteNamespace: shop}, {deleteObject: {resource: crontabs.stable.example.com, namespace: a, name: b}}]",
            "checks: {include: [\"storage.*\"], exclude: [storage.slow], require: [secrets.sealed]}",
            "negativeControls: [missing-object, stale-nonce]",
            "compliance: [{framework: SOC2, control: A1.3}]",
            "schedule: \"@weekly\""
        )
        let read = try #require(try PolicySet.parse(text, source: "p.yaml").drill(named: "d"))
        #expect(read.source == DrillSource(cluster: .sandbox, backupFirst: true, workload: "workload"))
        #expect(read.objectives == DrillObjectives(recoveryTimeSeconds: 1800, recoveryPointSeconds: 86_400))
        #expect(read.restore.selection.includedNamespaces == ["shop"])
        #expect(read.restore.readiness.isWanted)
        let object = GroupResource(group: "stable.example.com", resource: "crontabs")
        #expect(read.damage == [.deleteNamespace("shop"), .deleteObject(resource: object, namespace: "a", name: "b")])
        #expect(
            read.checks.runs("storage.fast") && !read.checks.runs("storage.slow") && read.checks.runs("secrets.sealed")
        )
        #expect(read.negativeControls == [.missingObject, .staleNonce])
        #expect(read.schedule?.text == "@weekly")
    }

    @Test(arguments: [
        ("sandbox", DrillTarget.sandbox), ("control-plane", .controlPlane), ("context:prod:eu", .context("prod:eu")),
        ("namespaces", .namespaces(prefix: "lifeboat-drill-")), ("namespaces:x-", .namespaces(prefix: "x-")),
    ])
    func `the target of a drill is read as on the command line`(text: String, expected: DrillTarget) throws {
        #expect(try DrillTarget(parsing: text) == expected)
        let set = try PolicySet.parse(
            drill().replacing("target: sandbox", with: "target: \"\(text)\""),
            source: "p.yaml"
        )
        #expect(set.drills.first?.target == expected)
    }

    @Test func `a command as target has its arguments`() throws {
        let text = drill().replacing(
            "target: sandbox",
            with: "target: {command: {provision: [kind, create, cluster], tearDown: [kind, delete, cluster]}}"
        )
        let target = try PolicySet.parse(text, source: "p.yaml").drills.first?.target
        #expect(target == .command(provision: ["kind", "create", "cluster"], tearDown: ["kind", "delete", "cluster"]))
    }

    @Test func `all errors of a file are reported together, each at its place`() {
        let text = """
            apiVersion: lifeboat.dr/v1
            kind: BackupPolicy
            metadata: {name: nightly}
            spec:
              shedule: "0 2 * * *"
              retention:
                keepDaily: seven
                keepWeekly: -1
                keepWithin: 1w
              selection:
                namespaces: {include: prod}
                clusterResources: exlude
                colour: red
            ---
            apiVersion: lifeboat.dr/v1
            kind: ReadinessCheck
            metadata: {}
            spec:
              row: monitorin
              severity: 3
              title: ""
            """
        #expect(
            problems(text) == [
                "p.yaml:5:3: spec: the field “shedule” is unknown; did you mean “schedule”?",
                "p.yaml:7:5: spec.retention: no rule keeps a snapshot; give keepLast, keepDaily or another keep rule, "
                    + "or leave retention out",
                "p.yaml:7:16: spec.retention.keepDaily: must be a whole number, but is a text",
                "p.yaml:8:17: spec.retention.keepWeekly: must be a count or unlimited",
                "p.yaml:9:17: spec.retention.keepWithin: “1w” is not a span; write years, months, days and hours, "
                    + "for example 2y5m7d3h (weeks are 7d)",
                "p.yaml:11:27: spec.selection.namespaces.include: must be a list, but is a text",
                "p.yaml:12:23: spec.selection.clusterResources: “exlude” is not one of auto, include, exclude; "
                    + "did you mean “exclude”?",
                "p.yaml:13:5: spec.selection: the field “colour” is unknown; the fields here are clusterResources, "
                    + "labelSelector, namespaces, resources",
                "p.yaml:17:11: metadata: the field “name” is missing",
                "p.yaml:19:3: spec: a check says for “each” of which objects what must be true, or names a “builtin”",
                "p.yaml:19:3: spec: the field “remedy” is missing",
                "p.yaml:19:3: spec: the field “why” is missing",
                "p.yaml:19:8: spec.row: “monitorin” is not one of build-pipeline, deployment-pipeline, image-registry, "
                    + "monitoring, shared-storage, secrets-management, ingress-controller, api-gateway, service-mesh, "
                    + "service-catalogue, network-policies, authorization-integration, image-scanning, log-aggregation; "
                    + "did you mean “monitoring”?",
                "p.yaml:20:13: spec.severity: must be a text, but is a number; put it into quotes",
                "p.yaml:21:10: spec.title: must not be empty",
            ]
        )
    }

    @Test(arguments: [
        (
            "apiVersion: v1\nkind: BackupPolicy\nmetadata: {name: a}\nspec: {}",
            "p.yaml:1:13: apiVersion: “v1” is not a version that Lifeboat reads; write lifeboat.dr/v1"
        ),
        (
            "apiVersion: lifeboat.dr/v1\nkind: BackupPolice\nmetadata: {name: a}\nspec: {}",
            "p.yaml:2:7: kind: “BackupPolice” is not one of BackupPolicy, RestorePolicy, RestoreDrill, ReadinessCheck, ReadinessPolicy; did you mean “BackupPolicy”?"
        ),
        (
            "apiVersion: lifeboat.dr/v1\nkind: BackupPolicy\nmetadata: {name: a}",
            "p.yaml:1:1: the field “spec” is missing"
        ),
        (
            "apiVersion: lifeboat.dr/v1\nkind: BackupPolicy\nmetadata: {name: A_b}\nspec: {}",
            "p.yaml:3:18: metadata.name: “A_b” is not a name"
        ),
        ("- a", "p.yaml:1:1: a policy document must be a mapping"),
        ("a: [1", "p.yaml:2:1: this is not valid YAML"),
        ("a: 1\na: 2", "more than once"),
        (
            "apiVersion: lifeboat.dr/v1\nkind: BackupPolicy\nmetadata: {name: a}\nspec:\n  schedule: {cron: \"0 2 * *\"}",
            "p.yaml:5:20: spec.schedule.cron: the schedule “0 2 * *” has 4 fields instead of 5"
        ),
        (
            "apiVersion: lifeboat.dr/v1\nkind: BackupPolicy\nmetadata: {name: a}\nspec:\n  schedule: {cron: \"@daily\", timeZone: Mars/Base}",
            "p.yaml:5:40: spec.schedule.timeZone: “Mars/Base” is not a time zone"
        ),
        (
            "apiVersion: lifeboat.dr/v1\nkind: BackupPolicy\nmetadata: {name: a}\nspec: {context: 12}",
            "p.yaml:4:17: spec.context: must be a text, but is a number; put it into quotes"
        ),
        (
            "apiVersion: lifeboat.dr/v1\nkind: RestorePolicy\nmetadata: {name: a}\nspec: {namespaceMapping: {a: x, b: x}}",
            "both become “x”"
        ),
        (
            "apiVersion: lifeboat.dr/v1\nkind: RestorePolicy\nmetadata: {name: a}\nspec: {objects: [web]}",
            "“web” is no object; write KIND/NAME"
        ),
        (
            "apiVersion: lifeboat.dr/v1\nkind: RestorePolicy\nmetadata: {name: a}\nspec: {nodeLabelMapping: {zone: a=b}}",
            "“zone” is no label of a node; write KEY=VALUE"
        ),
        (
            "apiVersion: lifeboat.dr/v1\nkind: RestorePolicy\nmetadata: {name: a}\nspec: {storageClassMapping: {fast: \"\"}}",
            "must have characters"
        ),
        (
            "apiVersion: lifeboat.dr/v1\nkind: RestorePolicy\nmetadata: {name: a}\nspec: {patches: [{selection: {}, json: [{op: replace, path: /a}]}]}",
            "spec.patches[0].json[0]: “replace” at /a is no complete JSON patch operation"
        ),
        (
            "apiVersion: lifeboat.dr/v1\nkind: RestorePolicy\nmetadata: {name: a}\nspec: {patches: [{selection: {}}]}",
            "exactly one of “json”"
        ),
        (
            "apiVersion: lifeboat.dr/v1\nkind: RestorePolicy\nmetadata: {name: a}\nspec: {waitForReadiness: soon}",
            "spec.waitForReadiness: must be true or false"
        ),
        (
            "apiVersion: lifeboat.dr/v1\nkind: BackupPolicy\nmetadata: {name: a}\nspec: {selection: {labelSelector: \"a b\"}}",
            "spec.selection.labelSelector"
        ),
    ])
    func `a wrong document says where and why`(text: String, expected: String) {
        #expect(problems(text).contains { $0.contains(expected) }, "\(problems(text))")
    }

    @Test(arguments: [
        ("source: {cluster: sandbox}", "set backupFirst: true"), ("source: {cluster: kind}", "is no source cluster"),
        ("source: {snapshot: newest}", "is no snapshot"), ("damage: [{}]", "exactly one of “deleteNamespace”"),
        ("source: {backupFirst: true, snapshot: abcdef}", "leave “snapshot” out"),
        ("objectives: {rto: 30}", "“30” is not a duration"),
        ("negativeControls: [missing-objects]", "did you mean “missing-object”?"),
        ("source: {workload: x}", "set cluster: sandbox"),
        ("restore: {objects: [deployment/web]}", "are for lifeboat restore"),
        ("timeout: [1]", "must be a duration, but is a list"),
    ])
    func `a wrong drill says where and why`(line: String, expected: String) {
        let found = problems(drill(line))
        #expect(found.contains { $0.contains(expected) && $0.hasPrefix("p.yaml:8:") }, "\(found)")
    }

    @Test func `a restore policy names what another environment calls otherwise`() throws {
        let text = """
            apiVersion: lifeboat.dr/v1
            kind: RestorePolicy
            metadata: {name: a}
            spec:
              objects: [deployment/web, configmaps/web-*]
              withDependencies: true
              storageClassMapping: {fast: slow}
              ingressClassMapping: {nginx: traefik}
              imageRegistryMapping: {docker.io: mirror.example}
              hostMapping: {old.example: new.example}
              nodeLabelMapping: {zone=a: zone=b}
            """
        let policy = try #require(try PolicySet.parse(text, source: "p.yaml").restores.first)
        #expect(policy.objects.map(\.description) == ["deployment/web", "configmaps/web-*"] && policy.withDependencies)
        #expect(policy.mappings.storageClasses == ["fast": "slow"])
        #expect(policy.mappings.ingressClasses == ["nginx": "traefik"])
        #expect(policy.mappings.imageRegistries == ["docker.io": "mirror.example"])
        #expect(policy.mappings.hosts == ["old.example": "new.example"])
        #expect(policy.mappings.nodeLabels == ["zone=a": "zone=b"])
    }

    @Test func `the error of the command line leads to exit status 64`() {
        let error = #expect(throws: PolicyErrors.self) { try PolicySet.parse("a: 1", source: "p.yaml") }
        #expect(error?.lifeboatError.exitStatus == .usage)
        #expect(error?.lifeboatError.message.contains("p.yaml:1:1: the field “apiVersion” is missing") == true)
    }

    @Test func `empty documents and comments are left out`() throws {
        #expect(try PolicySet.parse("# nothing\n---\n---\n", source: "p.yaml") == PolicySet())
    }
}
