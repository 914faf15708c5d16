package io.nacre.engine.detection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ControlGroupTest {
  private static final String ID = "0123456789abcdef".repeat(4);

  @ParameterizedTest
  @CsvSource({
    "/system.slice/docker-ID.scope, ID, docker-ID.scope",
    "/docker/ID, ID,",
    "/machine.slice/libpod-ID.scope/container, ID, libpod-ID.scope",
    "/kubepods.slice/kubepods-pod1.slice/cri-containerd-ID.scope, ID, cri-containerd-ID.scope",
    "/kubepods/besteffort/pod1/ID, ID,",
    "/lxc.payload.web/system.slice/nginx.service, web, nginx.service",
    "/lxc/web, web,",
    "/machine.slice/machine-web.scope/payload, web, machine-web.scope",
    "/system.slice/nginx.service, , nginx.service",
    "/user.slice/user-7.slice/user@7.service/app.slice/a.scope, , user@7.service",
    "/user.slice/user-7.slice/session-3.scope, , session-3.scope",
    "/a/0123456789abcdef, ,",
    "/, ,",
  })
  void tellsTheContainerAndTheUnit(String path, String container, String unit) {
    ControlGroup group = ControlGroup.of(List.of("0::" + named(path))).orElseThrow();

    assertThat(group.path()).isEqualTo(named(path));
    assertThat(group.container()).isEqualTo(Optional.ofNullable(container).map(this::named));
    assertThat(group.unit()).isEqualTo(Optional.ofNullable(unit).map(this::named));
  }

  @Test
  void isThatOfSystemdWhereThereAreSeveralHierarchies() {
    assertThat(
            ControlGroup.of(
                List.of("12:cpu,cpuacct:/", "1:name=systemd:/system.slice/a.service", "0::/")))
        .hasValue(new ControlGroup("/system.slice/a.service"));
    assertThat(ControlGroup.of(List.of("4:memory:/x"))).isEmpty();
    assertThat(ControlGroup.of(List.of())).isEmpty();
  }

  private String named(String text) {
    return text.replace("ID", ID);
  }
}
